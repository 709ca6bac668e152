import Tensor

/// The weights of a product on their way into a layer: x ↦ matrix · x + bias.
struct AffineWeights: Sendable {
    /// `[outputs × inputs]`
    private(set) var matrix: Matrix
    /// `[outputs]`
    private(set) var bias: NDArray

    /// Takes `name.weight` and `name.bias`.
    ///
    /// - Parameter hasBias: whether there is one; zeros otherwise.
    init(
        _ weights: ModelWeights, _ name: String, outputs: Int, inputs: Int, hasBias: Bool = true
    ) throws(EncoderError) {
        matrix = try weights.matrix(name + ".weight", outputs, inputs)
        bias = hasBias ? try weights.array(name + ".bias", outputs) : NDArray(shape: [outputs], repeating: 0)
    }

    /// Several products of the same inputs as one.
    init(concatenating parts: [AffineWeights]) {
        matrix = Matrix(NDArray(concatenating: parts.map { NDArray($0.matrix) }, axis: 0))
        bias = NDArray(concatenating: parts.map(\.bias), axis: 0)
    }

    /// Multiplies the results.
    ///
    /// - Parameter factors: `[outputs]`.
    mutating func scaleOutputs(by factors: NDArray) {
        bias = bias * factors
        matrix = Matrix(NDArray(matrix) * factors.reshaped(to: [factors.count, 1]))
    }

    /// Takes over what a normalization did to the inputs: W(γ∘x + β) + b = (W∘γ)x + (Wβ + b).
    ///
    /// - Parameters:
    ///   - weight: γ, `[inputs]`.
    ///   - offset: β, `[inputs]`.
    mutating func absorb(weight: NDArray, offset: NDArray) {
        let (rows, columns) = (matrix.rows, matrix.columns)
        matrix.withUnsafeMutableBufferPointer { matrix in
            bias.withUnsafeMutableBufferPointer { bias in
                weight.withUnsafeBufferPointer { weight in
                    offset.withUnsafeBufferPointer { offset in
                        nonisolated(unsafe) let (matrix, bias, weight, offset) = (matrix, bias, weight, offset)
                        parallelFor(rows) { row in
                            var sum = Double(bias[row])
                            for column in 0..<columns {
                                let place = row * columns + column
                                sum += Double(matrix[place]) * Double(offset[column])
                                matrix[place] *= weight[column]
                            }
                            bias[row] = Float(sum)
                        }
                    }
                }
            }
        }
    }

    /// The layer of these weights.
    ///
    /// - Parameter ranges: the largest magnitudes of its inputs, for products of bytes.
    func layer(
        _ activation: Activation, _ precision: LinearLayer.Precision, _ ranges: [Float]? = nil
    ) -> LinearLayer {
        LinearLayer(
            weights: matrix, bias: bias, activation: activation, precision: precision, inputRanges: ranges)
    }
}
