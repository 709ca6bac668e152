import Clustering
import Tensor

/// What can go wrong while groups are judged and described.
@nonexhaustive
public enum AnalysisError: Error, Sendable, Equatable {
    /// A parameter is outside its valid range.
    case parameter(name: String, value: String, valid: String)
    /// Two things that describe the same rows have different numbers of them.
    case rowCount(of: String, found: Int, expected: Int)
    /// The data has no rows, or no columns.
    case emptyData(rows: Int, columns: Int)
    /// An element is NaN or infinite.
    case notFinite(row: Int, column: Int)
    /// Clustering, as a step of the analysis, failed.
    case clustering(ClusteringError)
    /// Linear algebra, as a step of the analysis, failed.
    case tensor(TensorError)
    /// The progress handler or the task asked to stop.
    case cancelled

    init(_ error: ClusteringError) {
        switch error {
        case .cancelled: self = .cancelled
        case .notFinite(let row, let column): self = .notFinite(row: row, column: column)
        default: self = .clustering(error)
        }
    }

    init(_ error: TensorError) {
        switch error {
        case .cancelled: self = .cancelled
        case .notFinite(_, let row, let column): self = .notFinite(row: row, column: column)
        default: self = .tensor(error)
        }
    }
}

extension AnalysisError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .parameter(let name, let value, let valid): "\(name) is \(value); it must be \(valid)"
        case .rowCount(let what, let found, let expected):
            "\(what) has \(found) rows where \(expected) are expected; give both for the same rows, in the same order"
        case .emptyData(let rows, let columns):
            "there is nothing to analyse: the data has \(rows) rows and \(columns) columns"
        case .notFinite(let row, let column):
            "the value in row \(row), column \(column) is not finite; remove or replace such rows first"
        case .clustering(let error): error.description
        case .tensor(let error): error.description
        case .cancelled: "cancelled"
        }
    }
}
