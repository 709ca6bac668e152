/// Reads JSON one token at a time, strictly by RFC 8259, and remembers nothing but what is open.
///
/// Written here because Foundation's reader hides keys that occur twice, forgets the order of keys and the digits of
/// long numbers, and takes ten times as long and more. There is no recursion, so that no file can overflow the stack;
/// the caller bounds how deep values may be nested.
///
/// ```swift
/// var reader = JSONReader(bytes, deepest: 8)
/// while let token = try reader.next() { … }
/// ```
package struct JSONReader {
    package struct Problem: Error {
        /// Where in the bytes, from 0.
        package var offset: Int
        package var reason: String

        package init(offset: Int, reason: String) {
            self.offset = offset
            self.reason = reason
        }
    }

    package enum Token: Equatable {
        case objectStart, objectEnd
        case arrayStart, arrayEnd
        /// A member's key; its value follows.
        case key(String)
        case string(String)
        case integer(Int)
        /// The digits of an integer that no `Int` holds.
        case longInteger(String)
        case number(Double)
        case boolean(Bool)
        case null
    }

    /// What is done about half of a surrogate pair (`\ud83d` alone), which remains of an emoji where a text was cut.
    package enum LoneSurrogates {
        case refused
        /// U+FFFD takes its place.
        case replaced
    }

    private enum Expectation {
        case value
        case firstMember, firstElement
        case commaOrEnd
        case nothing
    }

    private let bytes: UnsafeRawBufferPointer
    private let deepest: Int
    private let loneSurrogates: LoneSurrogates
    private var expectation = Expectation.value
    /// The containers that are open, outermost first: `true` for an object, `false` for an array.
    private var isObject: [Bool] = []
    /// Where the reader stands.
    package private(set) var position = 0

    /// A reader of the one value that `bytes` hold, with nothing but white space around it.
    ///
    /// - Parameter deepest: how many arrays and objects may be open at once.
    package init(_ bytes: UnsafeRawBufferPointer, deepest: Int, loneSurrogates: LoneSurrogates = .refused) {
        self.bytes = bytes
        self.deepest = deepest
        self.loneSurrogates = loneSurrogates
    }

    /// The next token; `nil` once the value is complete and nothing follows it.
    package mutating func next() throws(Problem) -> Token? {
        switch expectation {
        case .value: return try value()
        case .firstMember: return accept("}") ? close(.objectEnd) : try key()
        case .firstElement: return accept("]") ? close(.arrayEnd) : try value()
        case .commaOrEnd:
            if isObject.last == true {
                if accept("}") { return close(.objectEnd) }
                guard accept(",") else { throw problem("',' or '}' is expected") }
                return try key()
            }
            if accept("]") { return close(.arrayEnd) }
            guard accept(",") else { throw problem("',' or ']' is expected") }
            return try value()
        case .nothing:
            skipSpaces()
            if position < bytes.count { throw problem("nothing may follow the value") }
            return nil
        }
    }

    /// A problem at the current position.
    package func problem(_ reason: String) -> Problem { Problem(offset: position, reason: reason) }

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

    private mutating func key() throws(Problem) -> Token {
        skipSpaces()
        guard byte == UInt8(ascii: "\"") else { throw problem("a key in double quotes is expected") }
        let key = try string()
        guard accept(":") else { throw problem("':' is expected") }
        expectation = .value
        return .key(key)
    }

    private mutating func value() throws(Problem) -> Token {
        skipSpaces()
        switch byte {
        case UInt8(ascii: "{"): return try open(.objectStart)
        case UInt8(ascii: "["): return try open(.arrayStart)
        case UInt8(ascii: "\""): return complete(.string(try string()))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return complete(try number())
        case UInt8(ascii: "t"): return complete(try word("true", .boolean(true)))
        case UInt8(ascii: "f"): return complete(try word("false", .boolean(false)))
        case UInt8(ascii: "n"): return complete(try word("null", .null))
        default: throw problem("a value is expected")
        }
    }

    private mutating func open(_ token: Token) throws(Problem) -> Token {
        guard isObject.count < deepest else { throw problem("values are nested more than \(deepest) deep") }
        position += 1
        isObject.append(token == .objectStart)
        expectation = token == .objectStart ? .firstMember : .firstElement
        return token
    }

    private mutating func close(_ token: Token) -> Token {
        isObject.removeLast()
        return complete(token)
    }

    private mutating func complete(_ token: Token) -> Token {
        expectation = isObject.isEmpty ? .nothing : .commaOrEnd
        return token
    }

    private mutating func word(_ word: StaticString, _ token: Token) throws(Problem) -> Token {
        let length = word.utf8CodeUnitCount
        let rest = bytes[position...]
        guard rest.count >= length,
            rest.prefix(length).elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: length))
        else { throw problem("a value is expected") }
        position += length
        return token
    }

    private mutating func number() throws(Problem) -> Token {
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
        // Eighteen digits fit into an Int.
        if isInteger, position - start <= 18 { return .integer(shortInteger(start..<position)) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger { return Int(text).map { .integer($0) } ?? .longInteger(text) }
        guard let number = Double(text), number.isFinite else { throw problem("the number is too large") }
        return .number(number)
    }

    private func shortInteger(_ range: Range<Int>) -> Int {
        let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
        var result = 0
        for position in range.lowerBound + (isNegative ? 1 : 0)..<range.upperBound {
            result = result * 10 + Int(bytes[position] - UInt8(ascii: "0"))
        }
        return isNegative ? -result : result
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
        let utf8 = UnsafeRawBufferPointer(rebasing: bytes[range]).bindMemory(to: UInt8.self)
        // ASCII, the most of what is read, needs no validation.
        if utf8.reduce(0, |) < 0x80 {
            return String(unsafeUninitializedCapacity: utf8.count) { $0.initialize(from: utf8).index }
        }
        if let text = String(validating: utf8, as: UTF8.self) { return text }
        throw problem("the text is not valid UTF-8; save the file as UTF-8")
    }
}

extension JSONReader {
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
            if let scalar = Unicode.Scalar(first) { return scalar }
            guard first < 0xDC00, byte == UInt8(ascii: "\\"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "u")
            else { return try loneSurrogate() }
            let afterFirst = position
            position += 2
            let second = try hexadecimal()
            guard (0xDC00..<0xE000).contains(second) else {
                // Not the other half: it is read again by itself.
                position = afterFirst
                return try loneSurrogate()
            }
            return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
        default:
            position -= 1
            throw problem("the escape after '\\' is not known")
        }
    }

    private func loneSurrogate() throws(Problem) -> Unicode.Scalar {
        if loneSurrogates == .replaced { return "\u{FFFD}" }
        throw problem("half of a surrogate pair is no character")
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
