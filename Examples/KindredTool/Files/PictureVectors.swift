import Kindred

/// The vectors of pictures in files.
struct PictureVectors {
    let encoder: any Encoder<Image>
    /// How many pictures are handed to the encoder at a time; as many are read meanwhile.
    let batchSize: Int

    init(_ encoder: any Encoder<Image>, batchSize: Int?) {
        self.encoder = encoder
        self.batchSize = batchSize ?? 64
    }

    /// The vector of each post's picture, `[posts.count × dimension]`; zeros where it cannot be read, which is then
    /// marked in `posts`.
    func vectors(of posts: inout PostCollection, progress: ProgressHandler) throws -> Matrix {
        let rows = posts.rowsWithImages
        let files = try encoder.encode(
            files: rows.map { posts.imagePaths[$0] ?? "" }, batchSize: batchSize, progress: progress)
        for (place, error) in files.failures { posts.mark(row: rows[place], RowStatus.Kind(error), "\(error)") }
        return files.vectors.scattering(to: rows, outOf: posts.count)
    }

    /// The most memory that the vectors of n pictures take: the vectors, a batch of small pictures, and on each
    /// thread a full picture of 16 megapixels while it is decoded. Larger ones take 4 bytes more for each pixel.
    func memoryEstimate(count: Int) -> MemoryEstimate {
        MemoryEstimate("vectors", floats: (count + batchSize) * encoder.dimension)
            + MemoryEstimate("pictures", bytes: 2 * batchSize * (1 << 18) + Parallelism.threadCount * (64 << 20))
    }
}
