import Imaging
import Tensor

/// A text with the first of the files that equal its own.
private struct FilePair: Hashable {
    let file: Int
    let text: ContentKey
}

extension JointEncoder<Image> {
    /// The vectors of pairs whose pictures are in files.
    ///
    /// While some pairs are encoded, the pictures of the next are read and decoded; memory holds two batches of pictures,
    /// as large as the encoder looks at them. Files with the same content are encoded once with the same text. A file that
    /// cannot be read takes nothing from the others.
    ///
    /// - Parameters:
    ///   - paths: of the files, of any format that ``Image`` reads.
    ///   - texts: as many as there are files.
    ///   - batchSize: how many pairs are handed to the encoder at a time; at least 1.
    ///   - limits: how large a picture may be.
    ///   - progress: is told how many pairs are encoded.
    /// - Throws: ``EncoderError``; `.parameter` when there are not as many texts as files, `.cancelled` when `progress` or
    ///   the current task asks to stop.
    public func encode(
        files paths: [String], texts: [String], batchSize: Int = 64, limits: ImageLimits = ImageLimits(),
        progress: ProgressHandler = .none
    ) throws(EncoderError) -> EncodedFiles {
        try checkPairs(pictures: paths.count, texts: texts.count)
        let files = try EqualFiles.first(of: paths, limit: limits.fileBytes, progress: progress)
        let first = PackedBatches.first(
            of: zip(files, texts).map { FilePair(file: $0, text: ContentKey(Array($1.utf8))) })
        return try encodeFiles(
            paths, first: first, batchSize: batchSize, limits: limits, dimension: dimension, stage: "encoding pairs",
            progress: progress, prepare: prepare, keep: { _ in }
        ) { images, places, progress throws(EncoderError) in
            // Tokens are no pairs.
            let progress = ProgressHandler { update in
                progress.advance(update.stage, update.stage == "tokens" ? 0 : update.completed)
            }
            return try self.encode(images: images, texts: places.map { texts[$0] }, progress: progress)
        }.files
    }
}
