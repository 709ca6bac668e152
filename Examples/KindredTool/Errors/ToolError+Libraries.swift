import Kindred

extension ToolError {
    /// What the tool makes of an error of the library; `nil` for one that it does not know.
    init?(_ error: any Error) {
        switch error {
        case let error as ToolError: self = error
        case let error as TensorError: self.init(error)
        case let error as KindredError: self.init(error)
        case let error as ClusteringError: self.init(error)
        case let error as FusionError: self.init(error)
        case let error as AnalysisError: self.init(error)
        case let error as EncoderError: self.init(error)
        case let error as LanguageError: self.init(error)
        case let error as ImagingError: self.init(error)
        case let error as ReportError: self.init(.failure, "\(error)")
        default: return nil
        }
    }

    private init(_ error: TensorError) {
        switch error {
        case .parameter(let name, let value, let valid): self.init(name, value, valid)
        case .file: self.init(.missingInput, "\(error)")
        case .libraryMissing, .linearAlgebra: self.init(.failure, "\(error)")
        case .cancelled: self = .interrupted
        default: self.init(.badData, "\(error)")
        }
    }

    private init(_ error: KindredError) {
        switch error {
        case .parameter(let name, let value, let valid): self.init(name, value, valid)
        case .file: self.init(.missingInput, "\(error)")
        case .cancelled: self = .interrupted
        default: self.init(.badData, "\(error)")
        }
    }

    private init(_ error: ClusteringError) {
        switch error {
        case .parameter(let name, let value, let valid): self.init(name, value, valid)
        case .cancelled: self = .interrupted
        default: self.init(.badData, "\(error)")
        }
    }

    private init(_ error: FusionError) {
        switch error {
        case .parameter(let name, let value, let valid): self.init(name, value, valid)
        case .tensor(let error): self.init(error)
        case .cancelled: self = .interrupted
        default: self.init(.badData, "\(error)")
        }
    }

    private init(_ error: AnalysisError) {
        switch error {
        case .parameter(let name, let value, let valid): self.init(name, value, valid)
        case .clustering(let error): self.init(error)
        case .tensor(let error): self.init(error)
        case .cancelled: self = .interrupted
        default: self.init(.badData, "\(error)")
        }
    }

    private init(_ error: EncoderError) {
        switch error {
        case .parameter(let name, let value, let valid): self.init(name, value, valid)
        case .modelUnavailable: self.init(.missingInput, "\(error)")
        case .download: self.init(.failure, "\(error)")
        case .tensor(let error): self.init(error)
        case .cancelled: self = .interrupted
        default: self.init(.badData, "\(error)")
        }
    }

    private init(_ error: LanguageError) {
        switch error {
        case .parameter(let name, let value, let valid): self.init(name, value, valid)
        case .cancelled: self = .interrupted
        default: self.init(.badData, "\(error)")
        }
    }

    private init(_ error: ImagingError) {
        switch error {
        case .unreadable, .notAFile: self.init(.missingInput, "\(error)")
        case .outOfMemory, .encoding: self.init(.failure, "\(error)")
        default: self.init(.badData, "\(error)")
        }
    }

    /// A parameter outside its range, called by its option.
    private init(_ parameter: String, _ value: String, _ valid: String) {
        self.init(.usage, "\(Self.options[parameter] ?? parameter) is \(value); it must be \(valid)")
    }

    /// The options by the names that the library has for them.
    private static let options = [
        "clusterCount": "--n-clusters", "restarts": "--n-init", "maximumIterations": "--max-iter", "tolerance": "--tol",
        "eps": "--eps", "minimumSamples": "--min-samples", "k": "--k", "components": "--components",
        "varianceShare": "--components", "from": "--from", "through": "--to", "step": "--step",
        "silhouetteSampleSize": "--sample", "sampleSize": "--sample", "weights": "--weights",
        "batchSize": "--batch-size", "initialSize": "--init-size", "maximumEpochs": "--max-iter",
        "patience": "--max-no-improvement", "reassignmentRatio": "--reassignment-ratio",
        "giniThreshold": "--gini-threshold", "height": "--distance-threshold", "inconsistency": "--inconsistency",
        "depth": "--depth", "deepSplit": "--deep-split", "cutHeight": "--cut-height",
        "minimumClusterSize": "--min-cluster-size", "xi": "--xi", "maximumEps": "--max-eps", "metric": "--metric",
        "selection.epsilon": "--cluster-selection-epsilon", "selection.maximumClusterSize": "--max-cluster-size",
        "coresetSize": "--coreset-size", "mergeCount": "--merge-count", "halfLife": "--half-life",
        "interval": "--report-every", "minimumShare": "--hot-share", "separation": "--separation",
        "seeding": "--init", "count": "--n-neighbors", "matchShare": "--match-share",
        "minimumOverlap": "--minimum-overlap", "splitShare": "--split-share", "nextID": "--next-id",
        "revision": "--revision", "layer": "--layer", "discardShare": "--discard", "names": "--names",
        "templates": "--template", "precision": "--precision",
    ]
}
