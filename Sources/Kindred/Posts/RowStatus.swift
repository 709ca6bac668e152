/// Whether a row of a data set has what it should have, and if not, why.
public struct RowStatus: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The kinds of status, by the names that they have in files.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Everything is there.
        case ok
        /// The row names no picture, or its picture does not exist.
        case missingImage = "missing-image"
        /// The row has no text, or only blanks.
        case missingText = "missing-text"
        /// Neither is there.
        case missingBoth = "missing-both"
        /// There is something under the picture's name, but it cannot be read: a directory, a device, a loop of links.
        case unreadable
        /// The file is no picture, or a damaged one.
        case decodeError = "decode-error"
        /// The picture has more pixels or bytes than are allowed.
        case tooLarge = "too-large"
    }

    /// Which kind of status it is.
    public let kind: Kind
    /// What is wrong, in words. For ``Kind/ok`` it is empty or a remark.
    public let reason: String

    /// A status and its reason, in words; without one by default.
    public init(_ kind: Kind, _ reason: String = "") {
        self.kind = kind
        self.reason = reason
    }

    /// Everything is there, and there is nothing to remark.
    public static let ok = RowStatus(.ok)

    public var description: String { reason.isEmpty ? kind.rawValue : "\(kind.rawValue): \(reason)" }
}
