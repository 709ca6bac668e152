import Tensor

/// The text tower of Chinese-CLIP: BERT, read at the first token, and a projection.
///
/// - Reference: Yang et al., "Chinese CLIP: contrastive vision-language pretraining in Chinese", arXiv:2211.01335.
struct ChineseCLIPTextTower: TextTower {
    private let model: BERTModel
    private let projection: LinearLayer

    init(_ files: CLIPFiles, precision: LinearLayer.Precision) throws(EncoderError) {
        model = try BERTModel(
            files.weights, files.text, isRoBERTa: false, prefixes: ["text_model."], picksTokens: true,
            precision: precision)
        projection = LinearLayer(
            weights: try files.weights.matrix(
                "text_projection.weight", files.dimension, model.transformer.configuration.width))
    }

    var dimension: Int { projection.outputs }
    var vocabularySize: Int { model.embeddings.vocabularySize }
    var mostTokens: Int { model.embeddings.mostTokens }

    func callAsFunction(_ texts: TokenSequences, observe: ((Int, Matrix) -> Void)?) -> Matrix {
        projection.apply(to: model(texts, picked: Pooling.cls.picked(texts.offsets), observe: observe))
    }
}
