import ArgumentParser
import Foundation
import Kindred

/// How `kindred run` turns posts into vectors and joins them.
struct RunVectors: ParsableArguments {
    @Option(
        name: .customLong("image-encoder"),
        help: ArgumentHelp("How pictures become vectors: classical needs no weights.", valueName: "classical"))
    var imageEncoderName = "classical"

    @Option(
        name: .customLong("text-encoder"),
        help: ArgumentHelp("How texts become vectors: tfidf needs no weights.", valueName: "tfidf"))
    var textEncoderName = "tfidf"

    @Option(help: "The features that are kept of each modality.")
    var components = 128

    @Option(help: "How the vectors are joined.")
    var fusion: FusionOptions.Method = .concat

    @Option(help: ArgumentHelp("The weights of pictures and texts.", valueName: "1,0.7"))
    var weights: Weights?

    @Option(help: "What is done to the vectors of each modality before they are weighted.")
    var normalization: FusionOptions.Normalization = .l2

    func validate() throws {
        if components < 1 { throw ValidationError("--components is \(components); it must be at least 1") }
        if let weights, weights.values.count != 2 {
            throw ValidationError("--weights takes two numbers, for pictures and texts, such as 1,0.7")
        }
    }

    func imageEncoder() throws -> any Encoder<Image> {
        guard imageEncoderName == "classical" else {
            throw Self.unknown("--image-encoder", imageEncoderName, "classical")
        }
        return ClassicalImageEncoder()
    }

    func textEncoding(seed: UInt64) throws -> Pipeline.TextEncoding {
        guard textEncoderName == "tfidf" else { throw Self.unknown("--text-encoder", textEncoderName, "tfidf") }
        return .tfidf(TFIDF(components: components, seed: seed))
    }

    func fusionMethod() throws -> any FusionMethod {
        let method = Concatenation(weights: weights?.values ?? [1, 1], normalization: normalization.libraryValue)
        try method.validate()
        return method
    }

    private static func unknown(_ option: String, _ value: String, _ valid: String) -> ToolError {
        ToolError.usage("\(option) is \(value); this version has \(valid) only")
    }
}
