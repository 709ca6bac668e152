import Foundation

/// The pictures of a collection: their vectors, and small versions for the report.
struct Gallery {
    let vectors: EncodedModality
    /// JPEG files by row.
    var thumbnails: [Int: [UInt8]]

    func hasRow(_ row: Int) -> Bool { vectors.hasRow(row) }
}

extension Pipeline {
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
        let paths = rows.map { posts.imagePaths[$0] ?? "" }
        let (files, thumbnails) = try translatingErrors {
            try imageEncoder.encode(files: paths, limits: imageLimits, progress: progress) {
                image throws(ImagingError) in keepsThumbnails ? try thumbnail(of: image) : nil
            }
        }
        let used = rows.indices.filter { files.failures[$0] == nil }
        for (place, error) in files.failures {
            posts.mark(row: rows[place], RowStatus.Kind(error), "\(error)")
        }
        guard !used.isEmpty else { return nil }
        return Gallery(
            vectors: EncodedModality(
                name: "image only", vectors: files.failures.isEmpty ? files.vectors : files.vectors.gatheringRows(used),
                rows: used.map { rows[$0] }, count: posts.count),
            thumbnails: Dictionary(
                uniqueKeysWithValues: thumbnails.compactMap { place, file in
                    file.map { (rows[place], $0) }
                }))
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
    package init(_ error: ImagingError) {
        switch error {
        case .unreadable, .notAFile: self = .unreadable
        case .fileTooLarge, .tooLarge, .limit, .outOfMemory: self = .tooLarge
        default: self = .decodeError
        }
    }
}
