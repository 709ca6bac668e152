/// What is done to scores before a softmax.
public enum ScoreMask: Sendable {
    /// Nothing.
    case none
    /// Scores where the mask is `false` take no part: their weights are zero.
    case kept([Bool])
    /// The mask is added to the scores; −∞ takes a score out.
    case added([Float])

    /// The number of marks, `nil` without a mask.
    var count: Int? {
        switch self {
        case .none: nil
        case .kept(let marks): marks.count
        case .added(let values): values.count
        }
    }

    /// Calls `body` with the mask as the kernels take it.
    func withPointers<R>(_ body: (_ added: UnsafePointer<Float>?, _ kept: UnsafePointer<UInt8>?) -> R) -> R {
        switch self {
        case .none: body(nil, nil)
        case .added(let values): values.withUnsafeBufferPointer { body($0.baseAddress, nil) }
        case .kept(let marks):
            marks.withUnsafeBytes { body(nil, $0.assumingMemoryBound(to: UInt8.self).baseAddress) }
        }
    }

    /// Calls `body` with the mask as summands, or `nil` without a mask.
    func withSummands<R>(_ body: (UnsafePointer<Float>?) -> R) -> R {
        switch self {
        case .none: body(nil)
        case .added(let values): values.withUnsafeBufferPointer { body($0.baseAddress) }
        case .kept(let marks): marks.map { $0 ? 0 : -Float.infinity }.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }
}
