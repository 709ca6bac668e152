/// What can go wrong while a report is rendered.
@nonexhaustive
public enum ReportError: Error, Sendable, Equatable {
    /// An index in the report points at nothing.
    case index(what: String, place: String, value: Int, count: Int)
    /// A template of the page could not be read: a defect of Kindred.
    case template(name: String, message: String)
}

extension ReportError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .index(let what, let place, let value, let count):
            "\(place) names \(what) \(value), but the report has \(count) of them; valid are 0..<\(count)"
        case .template(let name, let message):
            "the report's template \(name) cannot be read (\(message)); this is a defect of Kindred, please report it"
        }
    }
}
