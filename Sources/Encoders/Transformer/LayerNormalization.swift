import Tensor

/// LayerNorm with its weights, which may have been taken over by the product that follows.
struct LayerNormalization: Sendable {
    let width: Int
    let epsilon: Double
    private(set) var weight: NDArray?
    private(set) var bias: NDArray?

    /// - Parameter name: of the weights without `.weight` and `.bias`.
    init(_ weights: ModelWeights, _ name: String, width: Int, epsilon: Double) throws(EncoderError) {
        self.width = width
        self.epsilon = epsilon
        weight = try weights.array(name + ".weight", width)
        bias = try weights.array(name + ".bias", width)
    }

    /// Lets a product of what is normalized take over weight and bias.
    func handOver(to product: inout AffineWeights) {
        if let weight, let bias { product.absorb(weight: weight, offset: bias) }
    }

    /// What remains to be done once products have taken over weight and bias.
    var handedOver: LayerNormalization {
        var result = self
        (result.weight, result.bias) = (nil, nil)
        return result
    }

    /// Normalizes rows whose moments are known; `to` may be `from`.
    func apply(
        _ from: UnsafePointer<Float>, rows: Int, moments: UnsafePointer<RowMoments>,
        into to: UnsafeMutablePointer<Float>
    ) {
        nonisolated(unsafe) let (from, to, moments) = (from, to, moments)
        parallelFor((0..<rows).tileCount(size: 16)) { tile in
            for row in (0..<rows).tile(tile, size: 16) {
                apply(from + row * width, moments: moments[row], into: to + row * width)
            }
        }
    }

    /// Normalizes a row whose moments are known; `to` may be `from`.
    @inline(__always)
    func apply(
        _ from: UnsafePointer<Float>, moments: RowMoments, into to: UnsafeMutablePointer<Float>
    ) {
        withOptional(weight) { weight in
            withOptional(bias) { bias in
                RowKernel.normalize(
                    from, into: to, count: width, moments: moments, weight: weight, bias: bias, epsilon: epsilon)
            }
        }
    }

    /// Normalizes rows.
    func apply(_ from: UnsafePointer<Float>, rows: Int, into to: UnsafeMutablePointer<Float>) {
        var moments = [RowMoments](repeating: RowMoments(), count: rows)
        moments.withUnsafeMutableBufferPointer { moments in
            guard let moments = moments.baseAddress else { return }
            computeMoments(from, rows: rows, into: moments)
            apply(from, rows: rows, moments: moments, into: to)
        }
    }

    /// The moments of rows.
    func computeMoments(_ rows: UnsafePointer<Float>, rows count: Int, into moments: UnsafeMutablePointer<RowMoments>) {
        nonisolated(unsafe) let (rows, moments) = (rows, moments)
        parallelFor((0..<count).tileCount(size: 16)) { tile in
            for row in (0..<count).tile(tile, size: 16) {
                moments[row] = RowMoments()
                RowKernel.addMoments(of: rows + row * width, count: width, to: &moments[row])
            }
        }
    }
}
