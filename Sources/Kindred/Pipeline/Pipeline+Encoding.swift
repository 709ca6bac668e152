import Foundation

/// The pictures of a collection: their vectors, and small versions for the report.
struct Gallery {
    let vectors: EncodedModality
    /// JPEG files by row.
    var thumbnails: [Int: [UInt8]]

    func hasRow(_ row: Int) -> Bool { vectors.hasRow(row) }
}

extension Pipeline {
    /// Pictures decoded at a time; each is reduced to what the encoder needs before the next batch comes.
    private static let batchSize = 64

    /// Decodes and encodes the pictures of `posts`, in canonical order; marks the rows whose picture cannot be used.
    ///
    /// - Returns: `nil` when no picture could be used.
    func encodePictures(
        of posts: inout PostCollection, progress: ProgressHandler
    ) throws(KindredError) -> Gallery? {
        let present = posts.imagePresence
        let rows = posts.canonicalOrder.filter { present[$0] }
        guard !rows.isEmpty else { return nil }
        let keepsThumbnails = rows.count <= maximumThumbnails
        var used: [Int] = []
        var parts: [Matrix] = []
        var thumbnails: [Int: [UInt8]] = [:]
        for start in stride(from: 0, to: rows.count, by: Self.batchSize) {
            guard progress.advance("reading pictures", start, of: rows.count) else { throw .cancelled }
            let batch = rows[start..<min(rows.count, start + Self.batchSize)]
            let paths = posts.imagePaths
            let looks = parallelMap(batch.count) { index in
                look(at: paths[batch[batch.startIndex + index]] ?? "", makesThumbnail: keepsThumbnails)
            }
            var images: [Image] = []
            for (row, look) in zip(batch, looks) {
                switch look {
                case .success(let (image, thumbnail)):
                    used.append(row)
                    images.append(image)
                    thumbnails[row] = thumbnail
                case .failure(let error):
                    posts.mark(row: row, RowStatus.Kind(error), "\(error)")
                }
            }
            parts.append(try translatingErrors { try imageEncoder.encode(images) })
        }
        guard progress.advance("reading pictures", rows.count, of: rows.count) else { throw .cancelled }
        guard !used.isEmpty else { return nil }
        let vectors = Matrix.concatenatingRows(parts, columns: imageEncoder.dimension)
        return Gallery(
            vectors: EncodedModality(name: "image only", vectors: vectors, rows: used, count: posts.count),
            thumbnails: thumbnails)
    }

    /// Decodes a picture and keeps what the encoder and the report need of it.
    private func look(
        at path: String, makesThumbnail: Bool
    ) -> Result<(image: Image, thumbnail: [UInt8]?), ImagingError> {
        Result { () throws(ImagingError) in
            let image = try Image(contentsOfFile: path, limits: imageLimits)
            return (imageEncoder.prepare(image), makesThumbnail ? try thumbnail(of: image) : nil)
        }
    }

    private func thumbnail(of image: Image) throws(ImagingError) -> [UInt8] {
        try image.fitted(within: thumbnailSide, filter: .bilinear).jpegData(quality: 80)
    }

    /// Small pictures of the rows that were chosen for the report, where not all were kept.
    func thumbnails(of rows: [Int], in posts: PostCollection) -> [Int: [UInt8]] {
        let files = parallelMap(rows.count) { index -> [UInt8]? in
            guard let path = posts.imagePaths[rows[index]] else { return nil }
            let look = try? Image(contentsOfFile: path, limits: imageLimits)
            return look.flatMap { try? thumbnail(of: $0) }
        }
        return Dictionary(uniqueKeysWithValues: zip(rows, files).compactMap { row, file in file.map { (row, $0) } })
    }

    /// Encodes the texts of `posts`, in canonical order.
    ///
    /// - Returns: `nil` when there is no text, or none with a word in it.
    func encodeTexts(
        of posts: PostCollection, progress: ProgressHandler
    ) throws(KindredError) -> EncodedModality? {
        let rows = posts.canonicalOrder.filter { posts.texts[$0] != nil }
        guard !rows.isEmpty else { return nil }
        guard progress.advance("reading texts", 0, of: rows.count) else { throw .cancelled }
        let texts = rows.map { posts.texts[$0] ?? "" }
        let vectors: Matrix
        do throws(EncoderError) {
            switch textEncoding {
            case .tfidf(let tfidf): vectors = try tfidf.fit(texts, progress: progress).encode(texts, progress: progress)
            case .encoder(let encoder): vectors = try encoder.encode(texts, progress: progress)
            }
        } catch .emptyVocabulary where posts.hasImages {
            // Captions without a single word, such as file names of digits: the pictures remain.
            return nil
        } catch {
            throw KindredError(error)
        }
        return EncodedModality(name: "text only", vectors: vectors, rows: rows, count: posts.count)
    }
}

extension RowStatus.Kind {
    /// The status of a row whose picture gave this error.
    init(_ error: ImagingError) {
        switch error {
        case .unreadable, .notAFile: self = .unreadable
        case .fileTooLarge, .tooLarge, .limit, .outOfMemory: self = .tooLarge
        default: self = .decodeError
        }
    }
}

extension Matrix {
    /// The matrices one below the other.
    fileprivate static func concatenatingRows(_ parts: [Matrix], columns: Int) -> Matrix {
        Matrix(rows: parts.reduce(0) { $0 + $1.rows }, columns: columns) { target in
            guard var position = target.baseAddress else { return }
            for part in parts {
                part.withUnsafeBufferPointer { source in
                    guard let start = source.baseAddress else { return }
                    position.update(from: start, count: source.count)
                    position += source.count
                }
            }
        }
    }
}
