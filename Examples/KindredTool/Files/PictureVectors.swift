import Kindred

/// The vectors of pictures in files. Pictures are read in batches and dropped when they are encoded, so that memory
/// holds a few at a time.
struct PictureVectors {
    let encoder: any Encoder<Image>

    /// Pictures that are in memory at a time, as large as the encoder looks at them.
    private let batch = 64

    init(_ encoder: any Encoder<Image>) { self.encoder = encoder }

    /// The vector of each post's picture, `[posts.count × dimension]`; zeros where it cannot be read, which is then
    /// marked in `posts`.
    func vectors(of posts: inout PostCollection, progress: ProgressHandler) throws -> Matrix {
        let rows = posts.rowsWithImages
        var result = Matrix(rows: posts.count, columns: encoder.dimension)
        for start in stride(from: 0, to: rows.count, by: batch) {
            guard progress.advance("pictures", start, of: rows.count) else { throw ToolError.interrupted }
            let batchRows = Array(rows[start..<min(rows.count, start + batch)])
            let paths = batchRows.map { posts.imagePaths[$0] ?? "" }
            let read = parallelMap(paths.count) { index in
                Result { () throws(ImagingError) in encoder.prepare(try Image(contentsOfFile: paths[index])) }
            }
            var images: [Image] = []
            var places: [Int] = []
            for (row, outcome) in zip(batchRows, read) {
                switch outcome {
                case .success(let image):
                    images.append(image)
                    places.append(row)
                case .failure(let error): posts.mark(row: row, error.statusKind, "\(error)")
                }
            }
            let vectors = try encoder.encode(images)
            result.copyRows(of: vectors, to: places)
        }
        guard progress.advance("pictures", rows.count, of: rows.count) else { throw ToolError.interrupted }
        return result
    }

    /// The most memory that the vectors of n pictures take: the vectors, a batch of small pictures, and on each
    /// thread a full picture of 16 megapixels while it is decoded. Larger ones take 4 bytes more for each pixel.
    func memoryEstimate(count: Int) -> MemoryEstimate {
        MemoryEstimate("vectors", floats: (count + batch) * encoder.dimension)
            + MemoryEstimate("pictures", bytes: batch * (1 << 18) + Parallelism.threadCount * (64 << 20))
    }
}

extension ImagingError {
    /// What the error says of a row.
    var statusKind: RowStatus.Kind {
        switch self {
        case .unreadable, .notAFile: .unreadable
        case .fileTooLarge, .tooLarge, .limit: .tooLarge
        default: .decodeError
        }
    }
}
