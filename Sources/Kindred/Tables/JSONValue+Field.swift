import Tensor

extension JSONValue {
    /// The value as a table's field: text as it is, `null` as nothing, an array of such as a list with commas between,
    /// anything deeper as JSON text.
    var field: String {
        switch self {
        case .null: ""
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): "\(value)"
        case .string(let value): value
        case .array(let values) where values.allSatisfy(\.isScalar):
            values.lazy.map(\.field).filter { !$0.isEmpty }.joined(separator: ", ")
        case .array, .object: jsonText
        }
    }

    private var isScalar: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }
}
