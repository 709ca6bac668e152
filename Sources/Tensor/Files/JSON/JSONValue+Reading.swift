extension JSONValue {
    /// Values may be nested this deep.
    private static let deepest = 512

    /// A container whose end has not been read.
    private struct Open {
        let isObject: Bool
        var key = ""
        var members: [Member] = []
        var values: [JSONValue] = []

        var whole: JSONValue { isObject ? .object(members) : .array(values) }

        mutating func append(_ value: JSONValue) {
            if isObject { members.append(Member(key, value)) } else { values.append(value) }
        }
    }

    /// The value that `bytes` hold, with nothing but white space around it.
    ///
    /// Strict by RFC 8259, with two allowances: half of a surrogate pair, which remains of an emoji where a text was
    /// cut, becomes U+FFFD; an integer too long for `Int` becomes text with its digits.
    ///
    /// - Complexity: O(bytes).
    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONReader.Problem) -> JSONValue {
        var reader = JSONReader(bytes, deepest: deepest, loneSurrogates: .replaced)
        let value = try JSONValue(try reader.next(), &reader)
        // Only spaces may follow.
        _ = try reader.next()
        return value
    }

    /// The value whose first token is `first`, read to its end.
    package init(_ first: JSONReader.Token?, _ reader: inout JSONReader) throws(JSONReader.Problem) {
        var containers: [Open] = []
        var token = first
        while let current = token {
            let value: JSONValue?
            switch current {
            case .objectStart, .arrayStart:
                containers.append(Open(isObject: current == .objectStart))
                value = nil
            case .key(let key):
                containers[containers.count - 1].key = key
                value = nil
            case .objectEnd, .arrayEnd: value = containers.removeLast().whole
            case .string(let text), .longInteger(let text): value = .string(text)
            case .integer(let integer): value = .integer(integer)
            case .number(let number): value = .number(number)
            case .boolean(let boolean): value = .boolean(boolean)
            case .null: value = .null
            }
            if let value {
                if containers.isEmpty {
                    self = value
                    return
                }
                containers[containers.count - 1].append(value)
            }
            token = try reader.next()
        }
        self = .null
    }

    /// The value of a key in an object; of several, the last.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }
}
