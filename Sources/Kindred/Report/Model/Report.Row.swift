extension Report {
    /// One row of the input: an image, a text, or both.
    public struct Row: Sendable, Hashable, Codable {
        /// The identifier that the row carries from input to report.
        public var id: String
        /// Whether the row could be read.
        public var status: Status
        /// Why the row is not ``Status/ok``, in words for people.
        public var reason: String?
        /// Where the row ended up.
        public var assignment: Assignment
        /// The beginning of the text; empty when the row has none. About 140 characters read well.
        public var caption: String
        /// The place on the map, or `nil` when the row is not on it.
        public var position: Position?
        /// The index of the row's picture in ``Report/thumbnails``, or `nil`.
        public var thumbnail: Int?
        /// The true category, when it is known.
        public var truth: String?

        /// A row.
        public init(
            id: String, status: Status = .ok, reason: String? = nil, assignment: Assignment = .leftOut,
            caption: String = "", position: Position? = nil, thumbnail: Int? = nil, truth: String? = nil
        ) {
            self.id = id
            self.status = status
            self.reason = reason
            self.assignment = assignment
            self.caption = caption
            self.position = position
            self.thumbnail = thumbnail
            self.truth = truth
        }
    }

    /// Where a row ended up.
    public enum Assignment: Sendable, Hashable, Codable {
        /// The row belongs to the cluster with this index.
        case cluster(Int)
        /// The row was looked at and belongs nowhere.
        case noise
        /// The row could not be looked at; see its status.
        case leftOut
    }

    /// A place on the map. The unit does not matter: the page fits all places into view and keeps their proportions.
    public struct Position: Sendable, Hashable, Codable {
        /// How far to the right.
        public var x: Float
        /// How far up.
        public var y: Float

        /// A place; y grows upwards.
        public init(x: Float, y: Float) {
            self.x = x
            self.y = y
        }
    }

    /// What became of a row when it was read: one of the constants, or any other short name such as `"too-small"`.
    public struct Status: RawRepresentable, Sendable, Hashable, Codable {
        /// Lower case, words joined by `-`.
        public let rawValue: String

        /// A status of the given name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Read in full.
        public static let ok = Status(rawValue: "ok")
        /// The row names no image, or the file is not there.
        public static let missingImage = Status(rawValue: "missing-image")
        /// The row has no text.
        public static let missingText = Status(rawValue: "missing-text")
        /// The row has neither an image nor a text.
        public static let empty = Status(rawValue: "empty")
        /// The image file is damaged or of an unknown kind.
        public static let decodeError = Status(rawValue: "decode-error")
        /// The image has more pixels or bytes than the limit allows.
        public static let tooLarge = Status(rawValue: "too-large")

        /// The name as a phrase: "missing image".
        public var title: String { rawValue == "ok" ? "OK" : String(rawValue.map { $0 == "-" ? " " : $0 }) }
    }
}

extension Report.Assignment {
    /// Reads a label: the number of the cluster, −1 for noise, null for rows that were left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .leftOut
        } else {
            let label = try container.decode(Int.self)
            self = label < 0 ? .noise : .cluster(label)
        }
    }

    /// Writes a label: the number of the cluster, −1 for noise, null for rows that were left out.
    public func encode(to encoder: any Swift.Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .cluster(let cluster): try container.encode(cluster)
        case .noise: try container.encode(-1)
        case .leftOut: try container.encodeNil()
        }
    }
}
