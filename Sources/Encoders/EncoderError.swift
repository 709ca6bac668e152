import Tensor

/// What can go wrong while pictures or texts become vectors.
@nonexhaustive
public enum EncoderError: Error, Sendable, Equatable {
    /// A parameter is outside its valid range.
    case parameter(name: String, value: String, valid: String)
    /// The picture in row `index` cannot be encoded. `reason` says why, and names the file where there is one.
    case image(index: Int, reason: String)
    /// No word is left to describe the texts by. `reason` says what removed them.
    case emptyVocabulary(reason: String)
    /// Linear algebra, as a step of encoding, failed.
    case tensor(TensorError)
    /// The progress handler or the task asked to stop.
    case cancelled
}

extension EncoderError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .parameter(let name, let value, let valid): "\(name) is \(value); it must be \(valid)"
        case .image(let index, let reason): "picture \(index): \(reason)"
        case .emptyVocabulary(let reason): "the vocabulary is empty: \(reason)"
        case .tensor(let error): error.description
        case .cancelled: "cancelled"
        }
    }
}
