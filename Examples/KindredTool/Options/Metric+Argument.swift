import ArgumentParser
import Kindred

/// A metric by name, or one that the input's covariance makes.
enum MetricChoice: ExpressibleByArgument {
    case named(Metric)
    case mahalanobis

    init?(argument: String) {
        if argument == "mahalanobis" {
            self = .mahalanobis
        } else if let metric = Metric(name: argument) {
            self = .named(metric)
        } else {
            return nil
        }
    }

    var name: String {
        switch self {
        case .named(let metric): metric.name
        case .mahalanobis: "mahalanobis"
        }
    }

    var defaultValueDescription: String { name }

    static var allValueStrings: [String] { Metric.allValueStrings + ["mahalanobis"] }
}

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
