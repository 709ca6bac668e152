/// Cuts the bytes of a CSV file into records.
///
/// Written here because SwiftCSV 0.10 cannot be built upon: it compares `Character`s, so that a comma before a
/// combining accent or a quote before a variation selector – both occur in captions – is not seen; it fills short rows
/// up, so that ragged rows pass; it loses an empty last field, drops leading spaces, accepts a quote that never ends,
/// refuses `5" nail`, and tells no line.
///
/// - Reference: RFC 4180. Beyond it: a byte order mark is skipped; CR, LF and CRLF all end a record; a quote inside an
///   unquoted field is itself.
struct CSVScanner {
    let bytes: UnsafeRawBufferPointer
    let delimiter: UInt8
    let path: String
    private var position: Int
    /// The line that is being read, from 1.
    private(set) var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// - Throws: ``KindredError/format(path:line:reason:)`` for UTF-16.
    init(_ bytes: UnsafeRawBufferPointer, delimiter: TableDelimiter, path: String) throws(KindredError) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw .format(path: path, line: nil, reason: "the file is UTF-16; save it as UTF-8")
        }
        self.bytes = bytes
        self.path = path
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        self.delimiter = delimiter.byte(in: UnsafeRawBufferPointer(rebasing: bytes[position...]))
    }

    /// The next record's fields, or `nil` at the end. A blank line is a record of one empty field.
    mutating func next() throws(KindredError) -> (fields: [String], line: Int, isBlank: Bool)? {
        guard position < bytes.count else { return nil }
        let start = position
        let startLine = line
        var fields: [String] = []
        while true {
            fields.append(bytes[safe: position] == Self.quote ? try quotedField() : try plainField())
            guard bytes[safe: position] == delimiter else { break }
            position += 1
        }
        let isBlank = position == start
        skipLineEnd()
        return (fields, startLine, isBlank)
    }

    private mutating func plainField() throws(KindredError) -> String {
        let start = position
        while position < bytes.count, bytes[position] != delimiter, !isLineEnd(bytes[position]) { position += 1 }
        return try text(UnsafeRawBufferPointer(rebasing: bytes[start..<position]), startLine: line)
    }

    private mutating func quotedField() throws(KindredError) -> String {
        let startLine = line
        position += 1
        var start = position
        // The parts between doubled quotes, only where there are such.
        var parts: [UInt8] = []
        while true {
            guard position < bytes.count else {
                throw .format(path: path, line: startLine, reason: "the quoted field that starts here does not end")
            }
            let byte = bytes[position]
            if byte == Self.quote {
                guard bytes[safe: position + 1] == Self.quote else { break }
                parts.append(contentsOf: bytes[start...position])
                position += 2
                start = position
            } else {
                countLine(byte)
                position += 1
            }
        }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
        position += 1
        if let after = bytes[safe: position], after != delimiter, !isLineEnd(after) {
            throw .format(
                path: path, line: line,
                reason: "there is text after a closing quote; inside a quoted field, quotes are written twice (\"\")")
        }
        if parts.isEmpty { return try text(rest, startLine: startLine) }
        parts.append(contentsOf: rest)
        let whole = parts
        return try whole.withUnsafeBufferPointer { (buffer) throws(KindredError) in
            try text(UnsafeRawBufferPointer(buffer), startLine: startLine)
        }
    }

    private func text(_ field: UnsafeRawBufferPointer, startLine: Int) throws(KindredError) -> String {
        if let text = String(validating: field, as: UTF8.self) { return text }
        throw .format(path: path, line: startLine, reason: "the text is not valid UTF-8; save the file as UTF-8")
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == Self.lineFeed || byte == Self.carriageReturn }

    /// Counts the line that ends with `byte` at the current position: CRLF once, with its LF.
    private mutating func countLine(_ byte: UInt8) {
        if byte == Self.lineFeed || (byte == Self.carriageReturn && bytes[safe: position + 1] != Self.lineFeed) {
            line += 1
        }
    }

    private mutating func skipLineEnd() {
        guard let byte = bytes[safe: position] else { return }
        position += byte == Self.carriageReturn && bytes[safe: position + 1] == Self.lineFeed ? 2 : 1
        line += 1
    }
}

extension UnsafeRawBufferPointer {
    /// The byte at `index`, or `nil` past the end.
    fileprivate subscript(safe index: Int) -> UInt8? { index < count ? self[index] : nil }
}
