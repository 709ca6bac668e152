import Imaging
import Tensor

extension Encoder<Image> {
    /// The vectors of pictures in files.
    ///
    /// While some pictures are encoded, the next are read and decoded; memory holds two batches of pictures, as large as
    /// the encoder looks at them. Files with the same content are encoded once. A file that cannot be read takes nothing
    /// from the others.
    ///
    /// ```swift
    /// let result = try CLIPImageEncoder(directory: model).encode(files: paths)
    /// for (place, error) in result.failures { print(paths[place], error) }
    /// ```
    ///
    /// - Parameters:
    ///   - paths: of the files, of any format that ``Image`` reads.
    ///   - batchSize: how many pictures are handed to the encoder at a time; at least 1.
    ///   - limits: how large a picture may be.
    ///   - progress: is told how many pictures are encoded.
    /// - Throws: ``EncoderError``; `.cancelled` when `progress` or the current task asks to stop.
    public func encode(
        files paths: [String], batchSize: Int = 64, limits: ImageLimits = ImageLimits(),
        progress: ProgressHandler = .none
    ) throws(EncoderError) -> EncodedFiles {
        try encode(files: paths, batchSize: batchSize, limits: limits, progress: progress) { _ in }.files
    }

    /// As ``encode(files:batchSize:limits:progress:)``, and keeps something of each picture at its full size.
    ///
    /// - Parameter keep: what to keep; called on several threads. When it throws, the picture counts as unreadable.
    /// - Returns: The vectors, and what was kept of each file that could be read.
    package func encode<Kept>(
        files paths: [String], batchSize: Int = 64, limits: ImageLimits, progress: ProgressHandler,
        keeping keep: @escaping (Image) throws(ImagingError) -> Kept
    ) throws(EncoderError) -> (files: EncodedFiles, kept: [Int: Kept]) {
        try encodeFiles(
            paths, first: try EqualFiles.first(of: paths, limit: limits.fileBytes, progress: progress),
            batchSize: batchSize, limits: limits,
            dimension: dimension, stage: "encoding pictures", progress: progress, prepare: prepare, keep: keep
        ) { images, _, progress throws(EncoderError) in
            try self.encode(images, progress: progress)
        }
    }
}
