import Tensor

/// How the vectors of a picture's patches become one.
public enum VisionPooling: String, Sendable, CaseIterable, Codable {
    /// That of the class token.
    case classToken = "class"
    /// The mean of the patches.
    case mean
    /// The class token's and the mean of the patches, side by side.
    case both
}
