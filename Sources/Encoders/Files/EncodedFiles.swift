import Imaging
import Tensor

/// What became of files that were encoded.
public struct EncodedFiles: Sendable {
    /// The vector of each file, `[files × dimension]`; zeros where it could not be read.
    public let vectors: Matrix
    /// Why files could not be read, by their places.
    public let failures: [Int: ImagingError]
}
