import Tensor

/// A BERT-like text model: tokens to vectors that have seen the whole text.
package struct BERTModel: Sendable {
    let embeddings: BERTEmbeddings
    let transformer: Transformer

    /// Features of a token.
    var width: Int { transformer.configuration.width }

    /// What `config.json` calls architectures of this kind.
    static let architectures = ["bert", "roberta", "xlm-roberta", "camembert"]

    /// Reads weights, with or without the name of the model before theirs.
    ///
    /// - Parameters:
    ///   - prefixes: what may stand before the names of weights.
    ///   - picksTokens: whether one token of each text will be asked for.
    init(
        _ weights: ModelWeights, _ file: ModelConfiguration, isRoBERTa: Bool, prefixes: [String], picksTokens: Bool,
        precision: LinearLayer.Precision
    ) throws(EncoderError) {
        let configuration = try TransformerConfiguration(file, normalizesFirst: false, epsilon: 1e-12)
        let kind = try file.string("position_embedding_type", default: "absolute")
        guard kind == "absolute" else {
            throw file.failure("position_embedding_type", "is \(quoted(kind)); known is 'absolute'")
        }
        let prefix = weights.prefix(of: "embeddings.word_embeddings.weight", among: prefixes)
        let embeddings = try BERTEmbeddings(
            weights, prefix + "embeddings.", file, width: configuration.width, epsilon: configuration.epsilon,
            isRoBERTa: isRoBERTa)
        transformer = try Transformer(
            weights, configuration, names: { .bert("\(prefix)encoder.layer.\($0).") }, picksTokens: picksTokens,
            precision: precision,
            sample: {
                let texts = TokenSequences.sample(
                    vocabularySize: embeddings.vocabularySize, length: min(32, embeddings.mostTokens))
                return SampleTokens(hidden: embeddings(texts), offsets: texts.offsets)
            })
        self.embeddings = embeddings
    }

    /// What else files hold: the parts that training needed.
    static let ignoredWeights = [
        "pooler.", "cls.", "lm_head.", "classifier.", "bert.pooler.", "roberta.pooler.", "*.position_ids",
        "*.token_type_ids", "embeddings.position_ids",
    ]

    /// Reads the model in a directory.
    ///
    /// - Parameters:
    ///   - picksTokens: whether one token of each text will be asked for.
    ///   - precision: the numbers to compute in.
    package init(
        directory: String, picksTokens: Bool = false, precision: LinearLayer.Precision = .float32
    ) throws(EncoderError) {
        let file = try ModelConfiguration(path: directory + "/config.json", architectures: Self.architectures)
        let architecture = try file.string("model_type")
        let weights = try ModelWeights(directory: directory)
        try self.init(
            weights, file, isRoBERTa: architecture != "bert", prefixes: ["", "bert.", "roberta."],
            picksTokens: picksTokens, precision: precision)
        try weights.finish(ignoring: Self.ignoredWeights)
    }

    /// The vectors of tokens, or those of the tokens picked.
    ///
    /// - Parameters:
    ///   - picked: the one token of each text that is asked for; `nil` for all.
    ///   - observe: is given the tokens before the layers, numbered 0, and after each.
    package func callAsFunction(
        _ texts: TokenSequences, picked: [Int]? = nil, observe: ((Int, Matrix) -> Void)? = nil
    ) -> Matrix {
        let hidden = embeddings(texts)
        observe?(0, hidden)
        return transformer(hidden, offsets: texts.offsets, picked: picked, observe: observe)
    }
}
