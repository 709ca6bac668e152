extension Report {
    /// How a run was made.
    public struct Run: Sendable, Hashable, Codable {
        /// The version of Kindred.
        public var version: String?
        /// The command that makes the same report again.
        public var commandLine: String?
        /// The seed of all randomness.
        public var seed: UInt64?
        /// The settings that shaped the result, in reading order.
        public var parameters: [Parameter]
        /// The stages and how long each took, in the order in which they ran.
        public var timings: [Timing]
        /// The most memory the process held, in bytes.
        public var peakMemoryBytes: Int?
        /// A digest of ids and labels: equal digests, equal result.
        public var labelDigest: String?

        /// A description of a run; what is left out is not shown.
        public init(
            version: String? = nil, commandLine: String? = nil, seed: UInt64? = nil, parameters: [Parameter] = [],
            timings: [Timing] = [], peakMemoryBytes: Int? = nil, labelDigest: String? = nil
        ) {
            self.version = version
            self.commandLine = commandLine
            self.seed = seed
            self.parameters = parameters
            self.timings = timings
            self.peakMemoryBytes = peakMemoryBytes
            self.labelDigest = labelDigest
        }
    }

    /// A setting and its value.
    public struct Parameter: Sendable, Hashable, Codable {
        /// What the setting is called.
        public var name: String
        /// Its value, as it should be read.
        public var value: String

        /// A setting and its value.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A stage of the run and the wall-clock time it took.
    public struct Timing: Sendable, Hashable, Codable {
        /// What the stage is called.
        public var stage: String
        /// The time that it took, in seconds.
        public var seconds: Double

        /// A stage and how many seconds it took.
        public init(_ stage: String, seconds: Double) {
            self.stage = stage
            self.seconds = seconds
        }
    }
}
