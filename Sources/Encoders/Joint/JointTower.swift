import Tensor

/// A stack of layers over the tokens of a text and of a picture, one after the other.
struct JointTower<Embedding: JointEmbedding>: TokenTaking {
    let embedding: Embedding
    let transformer: Transformer
    let pooler: JointPooler

    var vocabularySize: Int { embedding.vocabularySize }
    var mostTokens: Int { embedding.mostTokens }
    var dimension: Int { transformer.configuration.width }

    /// The vectors of pairs, none of them without tokens. `[pairs × dimension]`
    ///
    /// - Parameter observe: is given the tokens before the layers, numbered 0, and after each.
    func callAsFunction(
        _ texts: TokenSequences, _ pictures: [Embedding.Picture], observe: ((Int, Matrix) -> Void)? = nil
    ) -> Matrix {
        let (hidden, offsets) = embedding(texts, pictures)
        observe?(0, hidden)
        let tokens = transformer(hidden, offsets: offsets, picked: pooler.picked(offsets), observe: observe)
        return pooler(tokens, offsets: offsets)
    }

    /// The tokens of pairs before the layers and after each, as they are before the last normalization.
    func hiddenStates(_ texts: TokenSequences, _ pictures: [Embedding.Picture]) -> [Matrix] {
        var states: [Matrix] = []
        _ = self(texts, pictures) { states.append($1) }
        return states
    }
}
