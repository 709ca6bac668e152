import Tensor

/// The first vectors of tokens: by word, position and kind, added and normalized.
struct BERTEmbeddings: Sendable {
    private let words, positions, types: Matrix
    private let normalization: LayerNormalization
    /// For RoBERTa: the token that has no position of its own, from whose number positions are counted.
    private let padding: Int32?

    /// - Parameter prefix: of the names of weights.
    init(
        _ weights: ModelWeights, _ prefix: String, _ file: ModelConfiguration, width: Int, epsilon: Double,
        isRoBERTa: Bool
    ) throws(EncoderError) {
        let vocabulary = try file.integer("vocab_size", in: 1...1 << 24)
        let positionCount = try file.integer("max_position_embeddings", in: 1...1 << 20)
        let typeCount = try file.integer("type_vocab_size", in: 1...1 << 10, default: isRoBERTa ? 1 : 2)
        padding =
            isRoBERTa ? Int32(try file.integer("pad_token_id", in: 0...positionCount - 2, default: 1)) : nil
        words = try weights.matrix(prefix + "word_embeddings.weight", vocabulary, width)
        positions = try weights.matrix(prefix + "position_embeddings.weight", positionCount, width)
        types = try weights.matrix(prefix + "token_type_embeddings.weight", typeCount, width)
        normalization = try LayerNormalization(weights, prefix + "LayerNorm", width: width, epsilon: epsilon)
    }

    var vocabularySize: Int { words.rows }

    /// How many tokens a text may have.
    var mostTokens: Int { positions.rows - Int(padding.map { $0 + 1 } ?? 0) }

    /// The vectors of tokens. `[tokens × width]`
    ///
    /// - Precondition: tokens are in the vocabulary, and no text has more than ``mostTokens``.
    func callAsFunction(_ texts: TokenSequences) -> Matrix {
        let places = positionNumbers(texts)
        let width = words.columns
        return Matrix(rows: texts.ids.count, columns: width) { target in
            words.withUnsafeBufferPointer { words in
                positions.withUnsafeBufferPointer { positions in
                    types.withUnsafeBufferPointer { types in
                        nonisolated(unsafe) let (words, positions, types, target) = (words, positions, types, target)
                        parallelFor((0..<texts.ids.count).tileCount(size: 64)) { tile in
                            for token in (0..<texts.ids.count).tile(tile, size: 64) {
                                let word = Int(texts.ids[token]) * width
                                let position = places[token] * width
                                for column in 0..<width {
                                    target[token * width + column] =
                                        words[word + column] + types[column] + positions[position + column]
                                }
                            }
                        }
                    }
                }
            }
            guard let start = target.baseAddress else { return }
            normalization.apply(start, rows: texts.ids.count, into: start)
        }
    }

    private func positionNumbers(_ texts: TokenSequences) -> [Int] {
        var result: [Int] = []
        result.reserveCapacity(texts.ids.count)
        for text in 0..<texts.count {
            guard let padding else {
                result.append(contentsOf: 0..<texts[text].count)
                continue
            }
            var last = Int(padding)
            for token in texts[text] {
                if token != padding { last += 1 }
                result.append(token == padding ? Int(padding) : last)
            }
        }
        return result
    }
}
