/// Reads one JSON value from bytes.
///
/// Written here because Foundation's decoder forgets the order of keys and the digits of long ids, and takes ten times
/// as long and more for a line of a table. Strict by RFC 8259, with two allowances: half of a surrogate pair, which remains of an
/// emoji where a text was cut, becomes U+FFFD; an integer too long for `Int` becomes text with its digits.
struct JSONParser {
    struct Problem: Error {
        /// Where in the bytes, from 0.
        var offset: Int
        var reason: String
    }

    /// Values may be nested this deep, so that no file can overflow the stack.
    static let deepest = 512

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// The value that `bytes` hold, with nothing but white space around it.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> JSONValue {
        var parser = JSONParser(bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpaces()
        if parser.position < bytes.count { throw parser.problem("nothing may follow the value") }
        return value
    }

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private func problem(_ reason: String) -> Problem { Problem(offset: position, reason: reason) }

    /// The byte at the current position; 0, which no JSON contains, at the end.
    private var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private mutating func skipSpaces() {
        while byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func accept(_ wanted: Unicode.Scalar) -> Bool {
        skipSpaces()
        guard byte == UInt8(ascii: wanted) else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Problem) -> JSONValue {
        guard depth < Self.deepest else { throw problem("values are nested more than \(Self.deepest) deep") }
        skipSpaces()
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw problem("a value is expected")
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(Problem) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw problem("a value is expected") }
        position += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(Problem) -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        if accept("}") { return .object(members) }
        while true {
            skipSpaces()
            guard byte == UInt8(ascii: "\"") else { throw problem("a key in double quotes is expected") }
            let key = try string()
            guard accept(":") else { throw problem("':' is expected") }
            members.append(JSONValue.Member(key, try value(depth: depth + 1)))
            if accept("}") { return .object(members) }
            guard accept(",") else { throw problem("',' or '}' is expected") }
        }
    }

    private mutating func array(depth: Int) throws(Problem) -> JSONValue {
        position += 1
        var values: [JSONValue] = []
        if accept("]") { return .array(values) }
        while true {
            values.append(try value(depth: depth + 1))
            if accept("]") { return .array(values) }
            guard accept(",") else { throw problem("',' or ']' is expected") }
        }
    }

    private mutating func number() throws(Problem) -> JSONValue {
        let start = position
        var isInteger = true
        if byte == UInt8(ascii: "-") { position += 1 }
        if byte == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if byte == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits()
        }
        if byte | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger { return Int(text).map { .integer($0) } ?? .string(text) }
        guard let number = Double(text), number.isFinite else { throw problem("the number is too large") }
        return .number(number)
    }

    private mutating func digits() throws(Problem) {
        let start = position
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        if position == start { throw problem("a digit is expected") }
    }

    private mutating func string() throws(Problem) -> String {
        position += 1
        var start = position
        // The text before the last escape, only where there is one.
        var decoded = ""
        while true {
            guard position < bytes.count else { throw problem("the text in quotes does not end") }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let rest = try text(start..<position)
                position += 1
                return decoded.isEmpty ? rest : decoded + rest
            case UInt8(ascii: "\\"):
                decoded += try text(start..<position)
                position += 1
                decoded.unicodeScalars.append(try escape())
                start = position
            case 0..<0x20: throw problem("a control character inside quotes must be written as an escape")
            default: position += 1
            }
        }
    }

    private func text(_ range: Range<Int>) throws(Problem) -> String {
        if let text = String(validating: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self) { return text }
        throw problem("the text is not valid UTF-8; save the file as UTF-8")
    }

    /// The character for what follows a backslash.
    private mutating func escape() throws(Problem) -> Unicode.Scalar {
        let kind = byte
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(kind)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let first = try hexadecimal()
            guard (0xD800..<0xDC00).contains(first), byte == UInt8(ascii: "\\"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "u")
            else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
            let afterFirst = position
            position += 2
            let second = try hexadecimal()
            guard (0xDC00..<0xE000).contains(second) else {
                // Not the other half: it is read again by itself.
                position = afterFirst
                return "\u{FFFD}"
            }
            return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
        default:
            position -= 1
            throw problem("the escape after '\\' is not known")
        }
    }

    private mutating func hexadecimal() throws(Problem) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: throw problem("four hexadecimal digits are expected after \\u")
            }
            position += 1
        }
        return value
    }
}
