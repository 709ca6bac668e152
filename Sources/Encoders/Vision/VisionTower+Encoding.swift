import Imaging
import Tensor

extension VisionTower {
    /// Tokens of a batch: enough rows for products at full speed, little enough memory.
    private static let batchTokens = 1600

    /// How many pictures are computed at a time.
    var batchSize: Int { max(1, chosenBatchSize ?? Self.batchTokens / tokenCount) }

    /// The vectors of pictures, batch by batch; equal pictures are computed once. `[images.count × dimension]`
    ///
    /// - Parameters:
    ///   - normalizes: whether vectors are scaled to length 1.
    ///   - finish: makes vectors of the tokens of a batch: of the class tokens, `[pictures × width]`, where the tower was
    ///     made to pick them, of all otherwise.
    func encode(
        _ images: [Image], _ processor: ImageProcessor, dimension: Int, normalizes: Bool, progress: ProgressHandler,
        finish: (Matrix) -> Matrix
    ) throws(EncoderError) -> Matrix {
        try Matrix(rows: images.count, columns: dimension) { target throws(EncoderError) in
            // Where the vectors of pictures seen before are.
            var known: [ContentKey: Int] = [:]
            for start in stride(from: 0, to: images.count, by: batchSize) {
                guard progress.advance("encoding pictures", start, of: images.count) else { throw .cancelled }
                let range = start..<min(images.count, start + batchSize)
                let prepared = parallelMap(range.count) { place in
                    let image = processor.finish(images[start + place])
                    return (image: image, key: ContentKey(image.pixels))
                }
                var fresh: [Int] = []
                var sources: [Int] = []
                for (place, key) in prepared.map(\.key).enumerated() {
                    sources.append(known[key] ?? start + place)
                    if sources[place] == start + place {
                        known[key] = start + place
                        fresh.append(place)
                    }
                }
                if !fresh.isEmpty {
                    let vectors = finish(apply(fresh.map { prepared[$0].image }))
                    let final = normalizes ? vectors.normalizedRows() : vectors
                    final.withUnsafeBufferPointer { values in
                        for (row, place) in fresh.enumerated() {
                            target.setRow(start + place, to: values, row: row, width: dimension)
                        }
                    }
                }
                for (place, source) in sources.enumerated() where source != start + place {
                    target.copyRow(source, to: start + place, width: dimension)
                }
            }
            guard progress.advance("encoding pictures", images.count, of: images.count) else { throw .cancelled }
        }
    }

    /// The tokens of prepared pictures after the layers, or the class tokens, where the tower was made to pick them.
    ///
    /// - Parameters:
    ///   - observe: is given the tokens before the layers, numbered 0, and after each.
    ///   - watch: is given each layer's queries and keys before they meet.
    func apply(
        _ images: [Image], observe: ((Int, Matrix) -> Void)? = nil, watch: ((QueriesAndKeys) -> Void)? = nil
    ) -> Matrix {
        let hidden = embedding(images)
        observe?(0, hidden)
        return apply(from: 0, hidden, observe: observe, watch: watch)
    }

    /// As ``apply(_:observe:watch:)``, from the tokens that enter a layer on.
    func apply(
        from first: Int, _ hidden: Matrix, observe: ((Int, Matrix) -> Void)? = nil,
        watch: ((QueriesAndKeys) -> Void)? = nil
    ) -> Matrix {
        let offsets = (0...hidden.rows / tokenCount).map { $0 * tokenCount }
        return transformer(
            hidden, offsets: offsets, picked: transformer.picksTokens ? Array(offsets.dropLast()) : nil, from: first,
            observe: observe, watch: watch)
    }

    /// The tokens of pictures before the layers and after each, as they are before the last normalization.
    func hiddenStates(of images: [Image], _ processor: ImageProcessor) -> [Matrix] {
        var states: [Matrix] = []
        _ = apply(images.map { processor.finish($0) }) { states.append($1) }
        return states
    }
}
