/// What can go wrong while rows are grouped.
@nonexhaustive
public enum ClusteringError: Error, Sendable, Equatable {
    /// A parameter is outside its valid range.
    case parameter(name: String, value: String, valid: String)
    /// The data has no rows, or no columns.
    case emptyData(rows: Int, columns: Int)
    /// More clusters are asked for than there are rows.
    case tooFewRows(rows: Int, clusters: Int)
    /// A graph falls into more parts than clusters are asked for.
    case notConnected(parts: Int, clusters: Int)
    /// An element is NaN or infinite.
    case notFinite(row: Int, column: Int)
    /// The rows have another number of features than those the model was fitted to.
    case dimension(expected: Int, found: Int)
    /// No radius suggests itself: the curve of distances to the k-th neighbour has no knee.
    case noKnee(reason: String)
    /// A step that the algorithm is made of failed. `reason` is that step's.
    case step(reason: String)
    /// The progress handler or the task asked to stop.
    case cancelled
}

extension ClusteringError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .parameter(let name, let value, let valid): "\(name) is \(value); it must be \(valid)"
        case .emptyData(let rows, let columns):
            "there is nothing to cluster: the data has \(rows) rows and \(columns) columns"
        case .tooFewRows(let rows, let clusters):
            "\(clusters) clusters are asked for, but there are only \(rows) rows; ask for at most \(rows)"
        case .notConnected(let parts, let clusters):
            "\(clusters) clusters are asked for, but nothing connects the \(parts) parts of the graph; ask for at least "
                + "\(parts), or add edges between them"
        case .notFinite(let row, let column):
            "the value in row \(row), column \(column) is not finite; remove or replace such rows first"
        case .dimension(let expected, let found): "the rows have \(found) features; the model was fitted to \(expected)"
        case .noKnee(let reason):
            "no eps suggests itself: \(reason); choose an eps among them, or an algorithm that needs none"
        case .step(let reason): reason
        case .cancelled: "cancelled"
        }
    }
}
