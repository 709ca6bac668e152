import Foundation
import Tensor

/// What was run, on what, and what came of it: the file `run.json` in a report's directory.
///
/// With the same ``labelsDigest``, two runs put every row in the same cluster.
public struct RunManifest: Sendable, Hashable, Codable {
    /// The version of this file's form.
    public static let currentFormat = 1

    /// The version of the form that this manifest has.
    public var format = RunManifest.currentFormat
    /// The version of Kindred that ran.
    public var kindredVersion: String
    /// The version of Swift that compiled it.
    public var swiftVersion: String
    /// The processor's name.
    public var processor: String
    /// The kernels that OpenBLAS chose.
    public var blasCore: String
    /// The seed of all random numbers.
    public var seed: UInt64
    /// How many threads were used. It changes no result.
    public var threads: Int
    /// All parameters by name, as text.
    public var parameters: [String: String] = [:]
    /// The rows that went in.
    public var input = Input()
    /// The clusters that came out.
    public var clusters = Clusters()
    /// Scores by name.
    public var scores: [String: Double] = [:]
    /// How long each stage took, in the order in which they ran.
    public var timings: [Timing] = []
    /// The most memory in use at a time; see ``PeakMemory``.
    public var peakMemoryBytes = 0
    /// See ``labelsDigest(ids:labels:)-(_,ClusterLabels)``.
    public var labelsDigest = ""
    /// The files written beside this one.
    public var outputs: [String] = []

    /// What went in.
    public struct Input: Sendable, Hashable, Codable {
        /// The file or directory.
        public var source: String
        /// The number of rows, those that could not be grouped included.
        public var rows: Int
        /// The number of rows with each status, by ``RowStatus/Kind``'s names; they add up to `rows`.
        public var statuses: [String: Int]

        /// An input with the given counts.
        public init(source: String = "", rows: Int = 0, statuses: [String: Int] = [:]) {
            self.source = source
            self.rows = rows
            self.statuses = statuses
        }

        /// The counts of `posts`, with a 0 for each status that does not occur.
        public init(_ posts: PostCollection) {
            let counts = posts.statusCounts
            self.init(
                source: posts.source, rows: posts.count,
                statuses: Dictionary(
                    uniqueKeysWithValues: RowStatus.Kind.allCases.map { ($0.rawValue, counts[$0, default: 0]) }))
        }
    }

    /// What came out.
    public struct Clusters: Sendable, Hashable, Codable {
        /// The number of clusters.
        public var count: Int
        /// The size of each cluster.
        public var sizes: [Int]
        /// Rows in no cluster.
        public var noise: Int
        /// Their share among the rows that were clustered, 0…1.
        public var noiseShare: Double

        /// Clusters of the given sizes.
        public init(count: Int = 0, sizes: [Int] = [], noise: Int = 0, noiseShare: Double = 0) {
            self.count = count
            self.sizes = sizes
            self.noise = noise
            self.noiseShare = noiseShare
        }
    }

    /// The time of one stage.
    public struct Timing: Sendable, Hashable, Codable {
        /// What the stage is called.
        public var stage: String
        /// The wall-clock time that it took, in seconds.
        public var seconds: Double

        /// A stage and how many seconds it took.
        public init(stage: String, seconds: Double) {
            self.stage = stage
            self.seconds = seconds
        }
    }

    /// A manifest that says what ran and on what. What came of it is set afterwards.
    public init(
        kindredVersion: String, swiftVersion: String, processor: String, blasCore: String, seed: UInt64, threads: Int
    ) {
        self.kindredVersion = kindredVersion
        self.swiftVersion = swiftVersion
        self.processor = processor
        self.blasCore = blasCore
        self.seed = seed
        self.threads = threads
    }

    /// Writes the manifest to `path`, whole or not at all, as JSON with its keys in alphabetical order: equal manifests
    /// are equal files. Scores that are not finite are written as the texts "inf", "-inf" and "nan".
    ///
    /// - Throws: ``KindredError/file(path:reason:)``; then what was at `path` is still there.
    public func write(to path: String) throws(KindredError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let data: Data
        do {
            data = try encoder.encode(self)
        } catch {
            throw .format(path: path, line: nil, reason: "the manifest cannot be written as JSON: \(error)")
        }
        try kindredErrors(path) { () throws(TensorError) in
            try AtomicFile.write(Array(data) + [UInt8(ascii: "\n")], to: path)
        }
    }

    /// The manifest in the file at `path`.
    ///
    /// - Throws: ``KindredError/file(path:reason:)``, and ``KindredError/format(path:line:reason:)`` for a file that is
    ///   no manifest or a later version's.
    public static func load(_ path: String) throws(KindredError) -> RunManifest {
        let map = try kindredErrors(path) { () throws(TensorError) in try MemoryMap(path) }
        defer { withExtendedLifetime(map) {} }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            let manifest = try decoder.decode(RunManifest.self, from: Data(map.bytes))
            guard manifest.format <= currentFormat else {
                throw KindredError.format(
                    path: path, line: nil,
                    reason: "the manifest has form \(manifest.format); this version reads up to \(currentFormat)")
            }
            return manifest
        } catch let error as KindredError {
            throw error
        } catch {
            throw .format(path: path, line: nil, reason: "it is not a manifest of a run: \(error)")
        }
    }
}
