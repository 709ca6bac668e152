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
        var containers: [Open] = []
        var result = JSONValue.null
        while let token = try reader.next() {
            let value: JSONValue
            switch token {
            case .objectStart, .arrayStart:
                containers.append(Open(isObject: token == .objectStart))
                continue
            case .key(let key):
                containers[containers.count - 1].key = key
                continue
            case .objectEnd, .arrayEnd: value = containers.removeLast().whole
            case .string(let text), .longInteger(let text): value = .string(text)
            case .integer(let integer): value = .integer(integer)
            case .number(let number): value = .number(number)
            case .boolean(let boolean): value = .boolean(boolean)
            case .null: value = .null
            }
            if containers.isEmpty { result = value } else { containers[containers.count - 1].append(value) }
        }
        return result
    }
}
