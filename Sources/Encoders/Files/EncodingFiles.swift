import Imaging
import Tensor

/// Encodes pictures in files batch by batch, the next being decoded meanwhile.
///
/// - Parameters:
///   - first: for each file the first whose vector is the same.
///   - encode: gives the vectors of prepared pictures, which are those of the files at some places.
func encodeFiles<Kept>(
    _ paths: [String], first: [Int], batchSize: Int, limits: ImageLimits, dimension: Int, stage: String,
    progress: ProgressHandler, prepare: @escaping (Image) -> Image,
    keep: @escaping (Image) throws(ImagingError) -> Kept,
    encode: ([Image], _ places: [Int], ProgressHandler) throws(EncoderError) -> Matrix
) throws(EncoderError) -> (files: EncodedFiles, kept: [Int: Kept]) {
    guard batchSize > 0 else { throw .parameter(name: "batchSize", value: "\(batchSize)", valid: "at least 1") }
    var (failures, kept): ([Int: ImagingError], [Int: Kept]) = ([:], [:])
    var vectors = Matrix(rows: paths.count, columns: dimension)
    var done = 0

    func encodeAll(_ places: [Int]) throws(EncoderError) {
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
            let part = try encode(images, present, batchProgress)
            vectors.replaceRows(at: present, with: part)
            done += outcomes.count
        }
    }

    try encodeAll(paths.indices.filter { first[$0] == $0 })
    // Errors name the file, so that each copy of a damaged file has its own.
    try encodeAll(paths.indices.filter { first[$0] != $0 && failures[first[$0]] != nil })
    let copies = paths.indices.filter { first[$0] != $0 && failures[first[$0]] == nil }
    vectors.replaceRows(at: copies, with: vectors.gatheringRows(copies.map { first[$0] }))
    for place in copies { kept[place] = kept[first[place]] }
    guard progress.advance(stage, paths.count, of: paths.count) else { throw .cancelled }
    return (EncodedFiles(vectors: vectors, failures: failures), kept)
}
