import ArgumentParser
import Kindred

extension Metric: ExpressibleByArgument {
    public init?(argument: String) { self.init(name: argument) }

    public var defaultValueDescription: String { name }

    public static var allValueStrings: [String] {
        [
            "euclidean", "squared-euclidean", "manhattan", "chebyshev", "minkowski:P", "cosine", "hamming",
            "precomputed",
        ]
    }
}
