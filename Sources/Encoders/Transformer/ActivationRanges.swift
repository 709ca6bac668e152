import Tensor

/// The largest magnitudes of what enters a layer's products, in sample data.
///
/// Products of bytes move a part of these ranges into the weights, so that features that range far do not coarsen the
/// others. The input of a layer's last product is left out: there, that costs more than it brings.
struct ActivationRanges: Sendable {
    /// Of queries, keys and values. `[width]`
    var attention: [Float]
    /// Of what was attended to. `[width]`
    var attentionOutput: [Float]
    /// Of the first of the inner products. `[width]`
    var inner: [Float]

    init(width: Int) {
        attention = [Float](repeating: 0, count: width)
        (attentionOutput, inner) = (attention, attention)
    }

    /// Widens ranges by rows.
    mutating func widen(
        _ part: WritableKeyPath<ActivationRanges, [Float]>, by rows: UnsafePointer<Float>, count: Int
    ) {
        let width = self[keyPath: part].count
        self[keyPath: part].withUnsafeMutableBufferPointer { range in
            for row in 0..<count {
                for column in 0..<width { range[column] = max(range[column], abs(rows[row * width + column])) }
            }
        }
    }
}

/// Tokens to measure ranges with.
struct SampleTokens {
    let hidden: Matrix
    let offsets: [Int]
}
