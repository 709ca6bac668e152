private import CKernels

/// A function that a layer applies to each of its outputs.
///
/// All are computed by Kindred's own polynomials: the same bits on every processor. NaN stays NaN; at −∞ the gated ones
/// (GELU, SiLU) give −0, their limit.
public enum Activation: String, Sendable, CaseIterable, Codable {
    /// x
    case identity
    /// max(x, 0)
    case relu
    /// x · Φ(x), with Φ the cumulative normal distribution: the exact form, by erf.
    ///
    /// Relative error at most 5 · 10⁻⁷, also in the left tail, where 1 + erf would have no digits left.
    ///
    /// - Reference: Hendrycks and Gimpel, Gaussian error linear units, arXiv:1606.08415.
    case gelu
    /// x / 2 · (1 + tanh(√(2/π) (x + 0.044715 x³))), the approximation of GELU by tanh.
    case geluTanh
    /// x · sigmoid(1.702 x), the approximation of GELU in CLIP.
    case quickGELU
    /// x · sigmoid(x), also called swish.
    case silu
    /// The hyperbolic tangent; at most 1.4 units in the last place off.
    case tanh
    /// 1 / (1 + e⁻ˣ); at most 2.4 units in the last place off.
    case sigmoid

    /// The kernels' number.
    @inline(__always)
    var kernel: Int32 {
        let number =
            switch self {
            case .identity: KINDRED_IDENTITY
            case .relu: KINDRED_RELU
            case .gelu: KINDRED_GELU
            case .geluTanh: KINDRED_GELU_TANH
            case .quickGELU: KINDRED_QUICK_GELU
            case .silu: KINDRED_SILU
            case .tanh: KINDRED_TANH
            case .sigmoid: KINDRED_SIGMOID
            }
        return Int32(number)
    }
}

/// An elementary function that is no activation.
enum ElementaryFunction {
    case exponential, logarithm, errorFunction

    var kernel: Int32 {
        switch self {
        case .exponential: Int32(KINDRED_EXP)
        case .logarithm: Int32(KINDRED_LOG)
        case .errorFunction: Int32(KINDRED_ERF)
        }
    }
}
