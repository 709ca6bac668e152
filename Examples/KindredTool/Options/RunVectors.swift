import ArgumentParser
import Foundation
import Kindred

/// How `kindred run` turns posts into vectors and joins them.
struct RunVectors: ParsableArguments {
    @Option(
        name: .customLong("image-encoder"),
        help: ArgumentHelp(
            "How pictures become vectors: classical needs no weights; or a directory with a model.",
            valueName: "classical|DIR|owner/name"))
    var imageEncoderName = "classical"

    @Option(
        name: .customLong("text-encoder"),
        help: ArgumentHelp(
            "How texts become vectors: tfidf needs no weights; or a directory with a model.",
            valueName: "tfidf|DIR|owner/name"))
    var textEncoderName = "tfidf"

    @Option(help: "The numbers that models compute in: int8 is quicker and a little coarser. (default: fp32)")
    var precision: ModelOptions.Precision?

    @Option(help: "The features that are kept of each modality.")
    var components = 128

    @Option(help: "How the vectors are joined.")
    var fusion: FusionOptions.Method = .concat

    @Option(help: ArgumentHelp("The weights of pictures and texts.", valueName: "1,0.7"))
    var weights: Weights?

    @Option(help: "What is done to the vectors of each modality before they are weighted.")
    var normalization: FusionOptions.Normalization = .l2

    func validate() throws {
        if precision != nil, imageEncoderName == "classical", textEncoderName == "tfidf" {
            throw ValidationError("--precision is for encoders with weights; classical and tfidf have none")
        }
        if components < 1 { throw ValidationError("--components is \(components); it must be at least 1") }
        if let weights, weights.values.count != 2 {
            throw ValidationError("--weights takes two numbers, for pictures and texts, such as 1,0.7")
        }
    }

    func imageEncoder() throws -> any Encoder<Image> {
        let choice = EncoderChoice(name: imageEncoderName, option: "--image-encoder", builtIn: "classical")
        guard let directory = try choice.directory() else { return ClassicalImageEncoder() }
        return try Pretrained.imageEncoder(directory: directory, options: options)
    }

    func textEncoding(seed: UInt64) throws -> Pipeline.TextEncoding {
        let choice = EncoderChoice(name: textEncoderName, option: "--text-encoder", builtIn: "tfidf")
        guard let directory = try choice.directory() else {
            return .tfidf(TFIDF(components: components, seed: seed))
        }
        return .encoder(Self.encoder(try Pretrained.textEncoder(directory: directory, options: options)))
    }

    /// What the compiler cannot do by itself: an encoder with a tokenizer is an encoder.
    private static func encoder(_ encoder: some TokenizingEncoder) -> any Encoder<String> { encoder }

    private var options: Pretrained.Options {
        Pretrained.Options(precision: precision == .int8 ? .int8 : .float32)
    }

    func fusionMethod() throws -> any FusionMethod {
        let method = Concatenation(weights: weights?.values ?? [1, 1], normalization: normalization.libraryValue)
        try method.validate()
        return method
    }
}
