private import CKernels

/// A function of one number that acts on each element, and its derivative.
enum ElementFunction {
    case relu, gelu, geluTanh, quickGELU, silu, tanh, sigmoid, exp, log

    /// The function of an activation; `nil` for the one that changes nothing.
    init?(_ activation: Activation) {
        switch activation {
        case .identity: return nil
        case .relu: self = .relu
        case .gelu: self = .gelu
        case .geluTanh: self = .geluTanh
        case .quickGELU: self = .quickGELU
        case .silu: self = .silu
        case .tanh: self = .tanh
        case .sigmoid: self = .sigmoid
        }
    }

    private var code: Int32 {
        switch self {
        case .relu: Int32(KINDRED_RELU)
        case .gelu: Int32(KINDRED_GELU)
        case .geluTanh: Int32(KINDRED_GELU_TANH)
        case .quickGELU: Int32(KINDRED_QUICK_GELU)
        case .silu: Int32(KINDRED_SILU)
        case .tanh: Int32(KINDRED_TANH)
        case .sigmoid: Int32(KINDRED_SIGMOID)
        case .exp: Int32(KINDRED_EXP)
        case .log: Int32(KINDRED_LOG)
        }
    }

    /// The function's values at each element.
    func values(_ x: NDArray) -> NDArray {
        x.withUnsafeBufferPointer { source in
            NDArray(shape: x.shape) { buffer in
                guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
                Self.forEachPart(of: buffer.count) { start, count in kindred_map(from + start, to + start, count, code)
                }
            }
        }
    }

    /// Multiplies `upstream` by the derivative.
    ///
    /// - Parameters:
    ///   - x: where the function was evaluated.
    ///   - y: its values there.
    func pullBack(_ upstream: inout NDArray, x: NDArray, y: NDArray) {
        x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in
                upstream.withUnsafeMutableBufferPointer { upstream in
                    guard let x = x.baseAddress, let y = y.baseAddress, let to = upstream.baseAddress else { return }
                    Self.forEachPart(of: upstream.count) { start, count in
                        kindred_pull_back(code, x + start, y + start, to + start, count)
                    }
                }
            }
        }
    }

    private static func forEachPart(of count: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
        parallelFor((0..<count).tileCount(size: StridedLoop.tileSize)) { tile in
            let part = (0..<count).tile(tile, size: StridedLoop.tileSize)
            body(part.lowerBound, part.count)
        }
    }
}
