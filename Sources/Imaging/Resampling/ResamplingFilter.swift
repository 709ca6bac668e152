#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How the pixels of a resized picture are mixed from those of the original.
///
/// All but ``nearest`` widen with the reduction, so that every original pixel counts and nothing aliases.
public enum ResamplingFilter: Sendable, Hashable, CaseIterable {
    /// The nearest pixel alone. Quick, and aliases.
    case nearest
    /// Equal weights.
    case box
    /// A triangle.
    case bilinear
    /// A cosine bell, sharper than ``bilinear`` and as quick.
    case hamming
    /// Keys' cubic with a = −1/2.
    case bicubic
    /// Lanczos' windowed sinc with three lobes.
    case lanczos

    /// The filter is zero beyond this distance, in original pixels where the picture is not reduced.
    var support: Double {
        switch self {
        case .nearest: 0
        case .box: 0.5
        case .bilinear, .hamming: 1
        case .bicubic: 2
        case .lanczos: 3
        }
    }

    /// The filter's value at distance `x`. The expressions are Pillow's, operation by operation, as every bit counts.
    func weight(_ x: Double) -> Double {
        switch self {
        case .nearest: return 0
        case .box: return x > -0.5 && x <= 0.5 ? 1 : 0
        case .bilinear: return abs(x) < 1 ? 1 - abs(x) : 0
        case .hamming:
            if x == 0 { return 1 }
            if abs(x) >= 1 { return 0 }
            let angle = abs(x) * Double.pi
            return sin(angle) / angle * (0.54 + 0.46 * cos(angle))
        case .bicubic:
            let a = -0.5
            let x = abs(x)
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
            return 0
        case .lanczos: return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0
        }
    }
}

private func sinc(_ x: Double) -> Double {
    if x == 0 { return 1 }
    let angle = x * Double.pi
    return sin(angle) / angle
}
