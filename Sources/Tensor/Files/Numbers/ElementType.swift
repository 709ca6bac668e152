/// The types of number that Kindred reads from files.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
    /// A byte: 0 for false, anything else for true.
    case boolean
    /// A signed whole number of 8 bits.
    case int8
    /// A signed whole number of 16 bits.
    case int16
    /// A signed whole number of 32 bits.
    case int32
    /// A signed whole number of 64 bits.
    case int64
    /// A whole number of 8 bits, not negative.
    case uint8
    /// A whole number of 16 bits, not negative.
    case uint16
    /// A whole number of 32 bits, not negative.
    case uint32
    /// A whole number of 64 bits, not negative.
    case uint64
    /// IEEE 754 half precision: up to 65,504, with 11 bits of precision.
    case float16
    /// The upper half of a `float32`: its range with 8 bits of precision.
    case bfloat16
    /// IEEE 754 single precision, `Float`.
    case float32
    /// IEEE 754 double precision, `Double`.
    case float64

    /// Bytes per element.
    public var size: Int {
        switch self {
        case .boolean, .int8, .uint8: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }

    /// Whether the type can hold NaN and infinities.
    public var isFloatingPoint: Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        default: false
        }
    }

    /// The number of bytes that an array of `shape` takes, or `nil` when no memory could hold it. A zero does not
    /// excuse absurd other dimensions.
    func byteCount(of shape: [Int]) -> Int? {
        var bytes = size
        for dimension in shape where dimension != 0 {
            if dimension < 0 { return nil }
            let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
            if overflow { return nil }
            bytes = product
        }
        return shape.contains(0) ? 0 : bytes
    }
}
