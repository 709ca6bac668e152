import Tensor

/// Turns items into vectors, with weights that are fixed beforehand.
///
/// An encoder learns nothing from what it encodes: the vector of an item depends on that item alone, whatever else is
/// in the batch, and on however many threads.
///
/// ```swift
/// let vectors = try ClassicalImageEncoder().encode(images)   // [images.count × dimension]
/// ```
public protocol Encoder<Input>: Sendable {
    /// What is encoded: a picture, a text.
    associatedtype Input

    /// The number of features in a vector.
    var dimension: Int { get }

    /// What the encoder needs of an input, such as a picture reduced to the size that it looks at: `encode` gives the
    /// same vector for it as for `input`. Callers that hold many inputs prepare each when they read it and drop the
    /// rest.
    ///
    /// By default the input itself.
    func prepare(_ input: Input) -> Input

    /// The vectors of `inputs`, in order: `[inputs.count × dimension]`.
    ///
    /// - Throws: ``EncoderError``; `.cancelled` when `progress` or the current task asks to stop.
    func encode(_ inputs: [Input], progress: ProgressHandler) throws(EncoderError) -> Matrix
}

extension Encoder {
    /// The input itself.
    public func prepare(_ input: Input) -> Input { input }

    /// The vectors of `inputs`, in order: `[inputs.count × dimension]`.
    ///
    /// - Throws: ``EncoderError``.
    public func encode(_ inputs: [Input]) throws(EncoderError) -> Matrix { try encode(inputs, progress: .none) }
}
