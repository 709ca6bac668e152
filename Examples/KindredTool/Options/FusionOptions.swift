import ArgumentParser
import Kindred

/// How modalities are joined.
struct FusionOptions: ParsableArguments {
    /// The ways to join modalities.
    enum Method: String, ExpressibleByArgument, CaseIterable { case concat }

    /// The normalisations, as they are called on the command line.
    enum Normalization: String, ExpressibleByArgument, CaseIterable {
        case l2
        case zScore = "z-score"
        case none
    }

    @Option(help: "How the vectors are joined.")
    var method: Method = .concat

    @Option(
        help: ArgumentHelp("The weight of each input, with commas between (default: 1 for each).", valueName: "1,0.7"))
    var weights: Weights?

    @Option(help: "What is done to each input before it is weighted.")
    var normalization: Normalization = .l2

    /// The method for `count` modalities.
    ///
    /// - Throws: ``ToolError`` for weights out of their range, or for another number of modalities.
    func method(modalities count: Int) throws -> Concatenation {
        let weights = weights?.values ?? [Double](repeating: 1, count: count)
        guard weights.count == count else {
            throw ToolError.usage("--weights has \(weights.count) numbers for \(count) inputs; give one for each")
        }
        let method = Concatenation(weights: weights, normalization: normalization.libraryValue)
        try method.validate()
        return method
    }
}

extension FusionOptions.Normalization {
    /// What the library calls it.
    var libraryValue: Concatenation.Normalization {
        switch self {
        case .l2: .l2
        case .zScore: .zScore
        case .none: .none
        }
    }
}

/// Numbers with commas between.
struct Weights: ExpressibleByArgument {
    let values: [Double]
    /// As on the command line.
    let text: String

    init?(argument: String) {
        text = argument
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        values = parts.compactMap { Double($0.filter { $0 != " " }) }
        guard values.count == parts.count else { return nil }
    }
}
