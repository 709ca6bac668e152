/// What is done to the scores of attention for each pair of a query and a key: position biases, visibility of any form.
///
/// The shape says who shares it: `[queries × keys]` is for all heads of all sequences, `[heads × queries × keys]` for
/// all sequences, and with `[batch × heads × queries × keys]` each has its own. An axis before the keys may also have
/// length 1.
///
/// ```swift
/// let context = q.attending(to: k, values: v, heads: heads, bias: AttentionBias(relativePositions))
/// ```
public struct AttentionBias: Sendable {
    private enum Content: Sendable {
        case added(NDArray)
        case kept([Bool])
    }

    private let content: Content
    /// The shape, of rank 2 to 4; the last axis counts keys.
    public let shape: [Int]

    /// Summands for the scores, after scaling: numbers below +∞; −∞ hides a key from a query.
    ///
    /// - Precondition: the array has rank 2, 3 or 4.
    public init(_ summands: NDArray) {
        self.init(.added(summands), summands.shape)
    }

    /// Marks for the keys that each query sees, in order of the shape.
    ///
    /// - Precondition: the shape has 2, 3 or 4 axes, and there are as many marks.
    public init(kept marks: [Bool], shape: [Int]) {
        precondition(marks.count == NDArray.elementCount(of: shape), "\(marks.count) marks for shape \(shape)")
        self.init(.kept(marks), shape)
    }

    private init(_ content: Content, _ shape: [Int]) {
        precondition((2...4).contains(shape.count), "a bias of shape \(shape)")
        self.content = content
        self.shape = shape
    }

    /// Calls `body` with the bias as it serves scores of shape `[batch × heads × queries × keys]`.
    func withPairs<R>(for scores: [Int], _ body: (Attention.Pairs) -> R) -> R {
        let aligned = [Int](repeating: 1, count: 4 - shape.count) + shape
        precondition(
            aligned[3] == scores[3] && zip(aligned, scores).allSatisfy { $0 == $1 || $0 == 1 },
            "a bias of shape \(shape) for scores of shape \(scores)")
        func stride(_ axis: Int) -> Int {
            aligned[axis] == 1 ? 0 : NDArray.elementCount(of: Array(aligned[(axis + 1)...]))
        }
        func pairs(_ source: Attention.Pairs.Source) -> Attention.Pairs {
            Attention.Pairs(
                source: source, sequenceStride: stride(0), headStride: stride(1), queryStride: stride(2))
        }
        switch content {
        case .added(let summands):
            return summands.withUnsafeBufferPointer { body(pairs(.summands($0.baseAddress))) }
        case .kept(let marks):
            return marks.withUnsafeBytes {
                body(pairs(.marks($0.assumingMemoryBound(to: UInt8.self).baseAddress)))
            }
        }
    }
}
