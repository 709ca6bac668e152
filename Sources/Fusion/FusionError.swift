import Tensor

/// What can go wrong while modalities are joined and vectors reduced.
@nonexhaustive
public enum FusionError: Error, Sendable, Equatable {
    /// A parameter is outside its valid range.
    case parameter(name: String, value: String, valid: String)
    /// There are no rows, or no columns.
    case emptyData(rows: Int, columns: Int)
    /// Another number of modalities is given than expected.
    case modalityCount(expected: Int, found: Int)
    /// The modalities, or the mask, do not describe the same rows.
    case rowCount(modality: Int, expected: Int, found: Int)
    /// The rows have another number of features than those the model was fitted to.
    case dimension(modality: Int, expected: Int, found: Int)
    /// An element that is present is NaN or infinite.
    case notFinite(modality: Int, row: Int, column: Int)
    /// Linear algebra failed.
    case tensor(TensorError)
    /// The progress handler or the task asked to stop.
    case cancelled

    init(_ error: TensorError) {
        switch error {
        case .cancelled: self = .cancelled
        case .parameter(let name, let value, let valid): self = .parameter(name: name, value: value, valid: valid)
        case .notFinite(_, let row, let column): self = .notFinite(modality: 0, row: row, column: column)
        default: self = .tensor(error)
        }
    }
}

extension FusionError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .parameter(let name, let value, let valid): "\(name) is \(value); it must be \(valid)"
        case .emptyData(let rows, let columns):
            "there is nothing to fit: the data has \(rows) rows and \(columns) columns"
        case .modalityCount(let expected, let found):
            "\(found) modalities are given where \(expected) are expected; give one matrix and one weight for each"
        case .rowCount(let modality, let expected, let found):
            "modality \(modality) has \(found) rows where \(expected) are expected; "
                + "give every modality a row for every item, and mask those that are missing"
        case .dimension(let modality, let expected, let found):
            "modality \(modality) has \(found) features; the model was fitted to \(expected)"
        case .notFinite(let modality, let row, let column):
            "modality \(modality): the value in row \(row), column \(column) is not finite; mask or replace such rows first"
        case .tensor(let error): error.description
        case .cancelled: "cancelled"
        }
    }
}
