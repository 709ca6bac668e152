/// How attention is cut into heads, and what its queries see.
public struct AttentionHeads: Sendable, Hashable {
    /// The number of heads, at least 1. Each takes an equal part of the columns, one after another.
    public var count: Int
    /// What scores are multiplied by; `nil` for one over the root of the head's size.
    public var scale: Float?
    /// Whether query i of a sequence sees only its keys 0 … i.
    public var isCausal: Bool

    /// - Precondition: `count` is at least 1.
    public init(count: Int, scale: Float? = nil, isCausal: Bool = false) {
        precondition(count > 0, "\(count) heads")
        self.count = count
        self.scale = scale
        self.isCausal = isCausal
    }
}
