extension ElementType {
    /// The type's name in `.safetensors` files.
    var safetensorsCode: String {
        switch self {
        case .boolean: "BOOL"
        case .int8: "I8"
        case .int16: "I16"
        case .int32: "I32"
        case .int64: "I64"
        case .uint8: "U8"
        case .uint16: "U16"
        case .uint32: "U32"
        case .uint64: "U64"
        case .float16: "F16"
        case .bfloat16: "BF16"
        case .float32: "F32"
        case .float64: "F64"
        }
    }

    init?(safetensorsCode code: String) {
        guard let type = Self.allCases.first(where: { $0.safetensorsCode == code }) else { return nil }
        self = type
    }

    /// The order in which the reference implementation lays types out in a file: the last first, so that every array
    /// lies at a multiple of its elements' size.
    static let safetensorsOrder: [ElementType] = [
        .boolean, .uint8, .int8, .int16, .uint16, .float16, .bfloat16, .int32, .uint32, .float32, .float64, .int64,
        .uint64,
    ]
}
