private import CKernels

/// Numbers of 16 bits, as their bits: how weights are stored.
///
/// Widening is exact. Narrowing rounds to nearest even, overflows to infinity, and keeps denormals. NaN stays NaN with
/// its sign and the upper bits of its payload.
package enum HalfPrecision: Sendable, CaseIterable {
    /// IEEE 754 binary16.
    case float16
    /// The upper half of a float.
    case bfloat16

    /// Widens `count` numbers.
    package func widen(_ from: UnsafePointer<UInt16>, into to: UnsafeMutablePointer<Float>, count: Int) {
        switch self {
        case .float16: kindred_float16_to_float(from, to, count)
        case .bfloat16: kindred_bfloat16_to_float(from, to, count)
        }
    }

    /// Narrows `count` numbers.
    package func narrow(_ from: UnsafePointer<Float>, into to: UnsafeMutablePointer<UInt16>, count: Int) {
        switch self {
        case .float16: kindred_float_to_float16(from, to, count)
        case .bfloat16: kindred_float_to_bfloat16(from, to, count)
        }
    }
}
