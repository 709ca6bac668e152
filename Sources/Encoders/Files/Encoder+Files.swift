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
        guard batchSize > 0 else { throw .parameter(name: "batchSize", value: "\(batchSize)", valid: "at least 1") }
        let stage = "encoding pictures"
        let first = EqualFiles.first(of: paths, limit: limits.fileBytes)
        var (failures, kept): ([Int: ImagingError], [Int: Kept]) = ([:], [:])
        var vectors = Matrix(rows: paths.count, columns: dimension)
        var done = 0

        func encode(_ places: [Int]) throws(EncoderError) {
            try makingAhead(places.indices.tileCount(size: batchSize)) { batch in
                let places = places[places.indices.tile(batch, size: batchSize)]
                return parallelMap(places.count) { index in
                    Result { () throws(ImagingError) in
                        let image = try Image(contentsOfFile: paths[places[places.startIndex + index]], limits: limits)
                        return (picture: prepare(image), kept: try keep(image))
                    }
                }
            } use: { batch, outcomes throws(EncoderError) in
                let start = done
                let batchProgress = ProgressHandler { update in
                    progress.advance(stage, start + update.completed, of: paths.count)
                }
                var present: [Int] = []
                var images: [Image] = []
                for (place, outcome) in zip(places[places.indices.tile(batch, size: batchSize)], outcomes) {
                    switch outcome {
                    case .success(let look):
                        present.append(place)
                        images.append(look.picture)
                        kept[place] = look.kept
                    case .failure(let error): failures[place] = error
                    }
                }
                guard batchProgress.advance(stage, 0) else { throw .cancelled }
                let part = try self.encode(images, progress: batchProgress)
                vectors.replaceRows(at: present, with: part)
                done += outcomes.count
            }
        }

        try encode(paths.indices.filter { first[$0] == $0 })
        // Errors name the file, so that each copy of a damaged file has its own.
        try encode(paths.indices.filter { first[$0] != $0 && failures[first[$0]] != nil })
        let copies = paths.indices.filter { first[$0] != $0 && failures[first[$0]] == nil }
        vectors.replaceRows(at: copies, with: vectors.gatheringRows(copies.map { first[$0] }))
        for place in copies { kept[place] = kept[first[place]] }
        guard progress.advance(stage, paths.count, of: paths.count) else { throw .cancelled }
        return (EncodedFiles(vectors: vectors, failures: failures), kept)
    }
}
