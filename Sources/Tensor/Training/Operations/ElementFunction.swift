#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A function of one number that acts on each element, and its derivative.
enum ElementFunction {
    case relu, gelu, geluTanh, quickGELU, silu, tanh, sigmoid, exp, log

    func values(_ x: NDArray) -> NDArray { x.map { Float(value(Double($0))) } }

    /// Multiplies `upstream` by the derivative.
    ///
    /// - Parameters:
    ///   - x: where the function was evaluated.
    ///   - y: its values there.
    func pullBack(_ upstream: inout NDArray, x: NDArray, y: NDArray) {
        x.withUnsafeBufferPointer { x in
            upstream.withUnsafeMutableBufferPointer { upstream in
                nonisolated(unsafe) let upstream = upstream
                parallelFor((0..<x.count).tileCount(size: StridedLoop.tileSize)) { tile in
                    for i in (0..<x.count).tile(tile, size: StridedLoop.tileSize) {
                        upstream[i] *= Float(derivative(Double(x[i])))
                    }
                }
            }
        }
    }

    private func value(_ x: Double) -> Double {
        switch self {
        case .relu: x > 0 ? x : 0
        case .gelu: 0.5 * x * (1 + erf(x * 0.5.squareRoot()))
        case .geluTanh: 0.5 * x * (1 + Self.tanh(Self.inner(x)))
        case .quickGELU: x * Self.sigmoid(1.702 * x)
        case .silu: x * Self.sigmoid(x)
        case .tanh: Self.tanh(x)
        case .sigmoid: Self.sigmoid(x)
        case .exp: Self.exp(x)
        case .log: Self.log(x)
        }
    }

    private func derivative(_ x: Double) -> Double {
        switch self {
        case .relu: return x > 0 ? 1 : 0
        case .gelu:
            let density = Self.exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
            return 0.5 * (1 + erf(x * 0.5.squareRoot())) + x * density
        case .geluTanh:
            let t = Self.tanh(Self.inner(x))
            return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * x * x)
        case .quickGELU:
            let s = Self.sigmoid(1.702 * x)
            return s + 1.702 * x * s * (1 - s)
        case .silu:
            let s = Self.sigmoid(x)
            return s + x * s * (1 - s)
        case .tanh:
            let t = Self.tanh(x)
            return 1 - t * t
        case .sigmoid:
            let s = Self.sigmoid(x)
            return s * (1 - s)
        case .exp: return Self.exp(x)
        case .log: return 1 / x
        }
    }

    private static func inner(_ x: Double) -> Double { (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x) }
    private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    // The cases' names hide the functions of the system's library.
    private static func tanh(_ x: Double) -> Double { SystemMathematics.hyperbolicTangent(x) }
    private static func exp(_ x: Double) -> Double { SystemMathematics.exponential(x) }
    private static func log(_ x: Double) -> Double { naturalLogarithm(x) }
}

private enum SystemMathematics {
    static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
    static func exponential(_ x: Double) -> Double { exp(x) }
}
