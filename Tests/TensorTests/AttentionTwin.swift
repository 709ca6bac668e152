import Foundation
import Tensor

/// Attention by its definition, in double precision; `summand` is added to the score of (sequence, head, query, key).
func naiveAttention(
    _ q: NDArray, _ k: NDArray, _ v: NDArray, heads: Int, isCausal: Bool = false, scale: Double? = nil,
    summand: (Int, Int, Int, Int) -> Float = { _, _, _, _ in 0 }
) -> [Float] {
    var result = [Float](repeating: 0, count: q.count)
    let (queries, keys, size) = (q.shape[1], k.shape[1], q.shape[2] / heads)
    let scale = scale ?? 1 / Double(size).squareRoot()
    for index in 0..<q.shape[0] * heads * queries {
        let (b, h, i) = (index / (heads * queries), index / queries % heads, index % queries)
        let scores = (0..<keys).map { j -> Double in
            if isCausal && j > i { return -.infinity }
            let dot = (0..<size).reduce(0.0) { $0 + Double(q[b, i, h * size + $1]) * Double(k[b, j, h * size + $1]) }
            return dot * scale + Double(summand(b, h, i, j))
        }
        guard let largest = scores.max(), largest > -.infinity else { continue }
        let weights = scores.map { exp($0 - largest) }
        let sum = weights.reduce(0, +)
        for c in 0..<size {
            let value = (0..<keys).reduce(0.0) { $0 + weights[$1] * Double(v[b, $1, h * size + c]) }
            result[(b * queries + i) * heads * size + h * size + c] = Float(value / sum)
        }
    }
    return result
}
