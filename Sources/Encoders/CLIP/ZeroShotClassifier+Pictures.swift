import Tensor

extension ZeroShotClassifier {
    /// A name for a picture.
    public struct PictureName: Sendable, Hashable {
        /// Its place among ``ZeroShotClassifier/names``.
        public let index: Int
        /// The cosine of the picture's vector and the name's.
        public let similarity: Double
        /// How likely it is: among the names, or by itself where the model judges so.
        public let probability: Double
    }

    /// The logits of each name for pictures: `scale · cosine + bias`. `[n × names]`
    ///
    /// - Parameter pictures: their vectors, of any length. `[n × d]`
    /// - Complexity: O(n · names · d).
    public func logits(of pictures: Matrix) -> Matrix { logits(ofSimilarities: similarities(of: pictures)) }

    /// The probabilities of each name for pictures: the softmax over names, or each name's sigmoid where the model
    /// judges names by themselves. `[n × names]`
    ///
    /// - Parameter pictures: their vectors, of any length. `[n × d]`
    /// - Complexity: O(n · names · d).
    public func probabilities(of pictures: Matrix) -> Matrix {
        probabilities(ofSimilarities: similarities(of: pictures))
    }

    /// The best names of each picture, the likeliest first.
    ///
    /// - Parameters:
    ///   - pictures: their vectors, of any length. `[n × d]`
    ///   - count: how many names to give, if there are so many.
    /// - Throws: ``EncoderError/cancelled``.
    /// - Complexity: O(n · names · d) time; blocks of 4,096 pictures are in memory at a time.
    public func names(
        of pictures: Matrix, count: Int = 1, progress: ProgressHandler = .none
    ) throws(EncoderError) -> [[PictureName]] {
        var result: [[PictureName]] = []
        try forEachBlock(of: pictures, "naming pictures", progress) { _, similarities, probabilities in
            result += parallelMap(similarities.rows) { row in
                names.indices.sorted { (similarities[row, $1], $0) < (similarities[row, $0], $1) }.prefix(max(0, count))
                    .map {
                        PictureName(
                            index: $0, similarity: Double(similarities[row, $0]),
                            probability: Double(probabilities[row, $0]))
                    }
            }
        }
        return result
    }

    /// Calls `body` with the cosines and the probabilities of blocks of pictures.
    func forEachBlock(
        of pictures: Matrix, _ stage: String, _ progress: ProgressHandler,
        _ body: (_ rows: Range<Int>, _ similarities: Matrix, _ probabilities: Matrix) -> Void
    ) throws(EncoderError) {
        let all = 0..<pictures.rows
        for block in 0..<all.tileCount(size: 4096) {
            let rows = all.tile(block, size: 4096)
            guard progress.advance(stage, rows.lowerBound, of: all.count) else { throw .cancelled }
            let similarities = similarities(of: pictures.rows(in: rows))
            body(rows, similarities, probabilities(ofSimilarities: similarities))
        }
        guard progress.advance(stage, all.count, of: all.count) else { throw .cancelled }
    }

    private func similarities(of pictures: Matrix) -> Matrix {
        precondition(pictures.columns == vectors.columns, "\(pictures) beside names of \(vectors.columns) features")
        return pictures.normalizedRows().times(vectors, transposingOther: true)
    }

    private func logits(ofSimilarities similarities: Matrix) -> Matrix {
        let (scale, bias) = (scoring.scale, scoring.bias)
        return similarities.map { Float(scale * Double($0) + bias) }
    }

    private func probabilities(ofSimilarities similarities: Matrix) -> Matrix {
        let logits = logits(ofSimilarities: similarities)
        return scoring.isSigmoid ? logits.applying(.sigmoid) : logits.softmax()
    }
}
