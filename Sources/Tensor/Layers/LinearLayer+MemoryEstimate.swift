extension LinearLayer {
    /// About how much memory the layer takes for `rows` rows: its weights, the output, and, with ``Precision/int8``, the
    /// rounded input.
    ///
    /// - Precondition: `rows` is not negative.
    public func memoryEstimate(rows: Int) -> MemoryEstimate {
        let packed = (0..<outputs).tileCount(size: PackedColumns.panel) * PackedColumns.panel
        let weights = MemoryEstimate("weights", bytes: packed) * inputs
        let output = MemoryEstimate("features", floats: outputs) * rows
        return switch precision {
        case .float32: weights * MemoryLayout<Float>.stride + output
        case .int8: weights + output + MemoryEstimate("working memory", bytes: inputs) * rows
        }
    }
}

extension LinearLayer: CustomStringConvertible {
    /// The sizes, the activation and the numbers computed in: `"LinearLayer(768 → 3072, gelu, float32)"`.
    public var description: String {
        "LinearLayer(\(inputs) → \(outputs), \(activation), \(precision))"
    }
}
