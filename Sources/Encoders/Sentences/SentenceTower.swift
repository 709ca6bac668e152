import Tensor

/// A BERT-like model whose tokens become one vector for each text.
package struct SentenceTower: TextTower {
    let model: BERTModel
    let pooling: Pooling
    /// Products that follow, as some models have them.
    let layers: [LinearLayer]

    /// - Precondition: a model made for picking tokens is pooled by picking one.
    package init(_ model: BERTModel, pooling: Pooling, layers: [LinearLayer] = []) {
        precondition(!model.transformer.picksTokens || pooling.picksToken, "\(pooling) needs all tokens")
        (self.model, self.pooling, self.layers) = (model, pooling, layers)
    }

    package var dimension: Int { layers.last?.outputs ?? model.transformer.configuration.width }
    package var vocabularySize: Int { model.embeddings.vocabularySize }
    package var mostTokens: Int { model.embeddings.mostTokens }

    package func callAsFunction(_ texts: TokenSequences, observe: ((Int, Matrix) -> Void)?) -> Matrix {
        let picked = pooling.picked(texts.offsets)
        var result = pooling(model(texts, picked: picked, observe: observe), offsets: texts.offsets)
        for layer in layers { result = layer.apply(to: result) }
        return result
    }
}
