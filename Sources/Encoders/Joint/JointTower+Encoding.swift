import Language
import Tensor

/// Tells whether two pairs are the same.
private struct PairKey: Hashable {
    let picture: ContentKey
    let text: [Int32]
}

/// Throws when pictures and texts are no pairs.
func checkPairs(pictures: Int, texts: Int) throws(EncoderError) {
    guard texts == pictures else {
        throw .parameter(
            name: "the number of texts", value: "\(texts)", valid: "that of pictures, which is \(pictures)")
    }
}

extension JointTower {
    /// Tokens of a batch: enough rows for products at full speed, little enough memory.
    private var batchTokens: Int { 1600 }
    /// How many pictures are held at a time as the model takes them.
    private var windowSize: Int { 64 }

    /// The vectors of pairs, and how many texts had more tokens than are looked at; equal pairs are computed once.
    /// `[pairs × dimension]`
    ///
    /// - Parameters:
    ///   - normalizes: whether vectors are scaled to length 1.
    ///   - batchSize: how many pairs are computed at a time, at most; `nil` for what is quick.
    ///   - prepare: gives the picture at a place as the model takes it.
    /// - Throws: ``EncoderError/cancelled``, and where the counts differ.
    func encode(
        pictureCount count: Int, texts: [String], _ tokenizer: Tokenizer, normalizes: Bool, batchSize: Int?,
        progress: ProgressHandler, prepare: (Int) -> Embedding.Picture
    ) throws(EncoderError) -> (vectors: Matrix, truncatedCount: Int) {
        try checkPairs(pictures: count, texts: texts.count)
        let (tokens, truncatedCount) = try tokens(of: texts, tokenizer, progress: progress)
        let vectors = try Matrix(rows: count, columns: dimension) { target throws(EncoderError) in
            // Where the vectors of pairs seen before are.
            var known: [PairKey: Int] = [:]
            for start in stride(from: 0, to: count, by: windowSize) {
                let pictures = parallelMap(min(windowSize, count - start)) { prepare(start + $0) }
                var fresh: [Int] = []
                let sources = pictures.enumerated().map { place, picture in
                    let pair = PairKey(picture: embedding.key(of: picture), text: Array(tokens[start + place]))
                    if let source = known[pair] { return source }
                    known[pair] = start + place
                    fresh.append(place)
                    return start + place
                }
                let plan = PackedBatches(
                    lengths: fresh.map { tokens[start + $0].count + embedding.tokenCount(of: pictures[$0]) },
                    first: Array(fresh.indices), most: batchTokens, mostItems: batchSize ?? .max)
                var done = start + pictures.count - fresh.count
                for members in plan.batches {
                    guard progress.advance("encoding pairs", done, of: count) else { throw .cancelled }
                    let places = members.map { fresh[$0] }
                    let values = batch(
                        places.map { tokens[start + $0] }, places.map { pictures[$0] }, normalizes: normalizes)
                    values.withUnsafeBufferPointer { values in
                        for (row, place) in places.enumerated() {
                            target.setRow(start + place, to: values, row: row, width: dimension)
                        }
                    }
                    done += members.count
                }
                for (place, source) in sources.enumerated() where source != start + place {
                    target.copyRow(source, to: start + place, width: dimension)
                }
            }
            guard progress.advance("encoding pairs", count, of: count) else { throw .cancelled }
        }
        return (vectors, truncatedCount)
    }

    /// The vectors of a batch. `[pairs × dimension]`
    private func batch(_ texts: [ArraySlice<Int32>], _ pictures: [Embedding.Picture], normalizes: Bool) -> Matrix {
        // A pair without tokens has nothing to be told by.
        let present = texts.indices.filter { !texts[$0].isEmpty || embedding.tokenCount(of: pictures[$0]) > 0 }
        guard present.count == texts.count else {
            var result = Matrix(rows: texts.count, columns: dimension)
            let values = batch(present.map { texts[$0] }, present.map { pictures[$0] }, normalizes: normalizes)
            result.withUnsafeMutableBufferPointer { result in
                values.withUnsafeBufferPointer { values in
                    for (row, place) in present.enumerated() {
                        result.setRow(place, to: values, row: row, width: dimension)
                    }
                }
            }
            return result
        }
        if texts.isEmpty { return Matrix(rows: 0, columns: dimension) }
        var sequences = TokenSequences()
        for text in texts { sequences.append(text) }
        let values = self(sequences, pictures)
        return normalizes ? values.normalizedRows() : values
    }
}
