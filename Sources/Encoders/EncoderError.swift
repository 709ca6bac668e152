import Language
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
    /// A model's directory lacks a file, or the file cannot be used. `reason` says why.
    case file(path: String, reason: String)
    /// A model's configuration file asks for what cannot be done. `key` is where, `reason` what would be valid.
    case configuration(path: String, key: String, reason: String)
    /// The model's architecture is not one of those that are `known`.
    case unknownArchitecture(path: String, name: String, known: [String])
    /// The model's file has a weight that belongs nowhere.
    case surplusWeight(path: String, name: String)
    /// A model is not to be had: there is none of this name, it may not be read, or it is not in the cache. `reason` says
    /// what to do.
    case modelUnavailable(name: String, reason: String)
    /// The network or the disk failed while a model was downloaded.
    case download(name: String, reason: String)
    /// Splitting texts into tokens failed.
    case language(LanguageError)
    /// Reading weights, or linear algebra as a step of encoding, failed.
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
        case .file(let path, let reason): "\(path): \(reason)"
        case .configuration(let path, let key, let reason): "\(path): \(key) \(reason)"
        case .unknownArchitecture(let path, let name, let known):
            "\(path): the architecture \(quoted(name)) is not known; known are \(known.joined(separator: ", "))"
        case .surplusWeight(let path, let name):
            "\(path): the weight \(quoted(name)) has no place in this architecture; is config.json another model's?"
        case .modelUnavailable(let name, let reason): "\(name): \(reason)"
        case .download(let name, let reason): "\(name): \(reason)"
        case .language(let error): error.description
        case .tensor(let error): error.description
        case .cancelled: "cancelled"
        }
    }
}
