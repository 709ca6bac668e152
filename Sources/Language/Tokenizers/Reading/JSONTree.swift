import Tensor

/// A JSON value.
enum JSONTree: Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONTree])
    case object([(key: String, value: JSONTree)])

    /// Reads the value whose first token is `first`.
    init(_ first: JSONReader.Token?, _ reader: inout JSONReader) throws(JSONReader.Problem) {
        var open: [Open] = []
        var next = first
        while true {
            let value: JSONTree
            switch next {
            case .objectStart?, .arrayStart?:
                open.append(Open(isObject: next == .objectStart))
                next = try reader.next()
                continue
            case .key(let key)?:
                open[open.count - 1].key = key
                next = try reader.next()
                continue
            case .objectEnd?, .arrayEnd?: value = open.removeLast().value
            case .string(let text)?, .longInteger(let text)?: value = .string(text)
            case .integer(let integer)?: value = .integer(integer)
            case .number(let number)?: value = .number(number)
            case .boolean(let boolean)?: value = .boolean(boolean)
            case .null?, nil: value = .null
            }
            if open.isEmpty {
                self = value
                return
            }
            open[open.count - 1].append(value)
            next = try reader.next()
        }
    }

    /// A container whose end has not been read.
    private struct Open {
        let isObject: Bool
        var key = ""
        var members: [(key: String, value: JSONTree)] = []
        var values: [JSONTree] = []

        init(isObject: Bool) { self.isObject = isObject }

        var value: JSONTree { isObject ? .object(members) : .array(values) }

        mutating func append(_ value: JSONTree) {
            if isObject { members.append((key, value)) } else { values.append(value) }
        }
    }

    /// The value of a key; of several, the last.
    subscript(key: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    var isNull: Bool { if case .null = self { true } else { false } }
}
