import Analysis
import Clustering
import Encoders
import Fusion
import Tensor

/// What can go wrong with data sets, tables and reports.
///
/// Rows are counted from 1 without the header, lines from 1 with it.
@nonexhaustive
public enum KindredError: Error, Sendable, Equatable {
    /// A file or directory cannot be read or written. `reason` is the operating system's.
    case file(path: String, reason: String)
    /// A file is not what its name says. `reason` says what is wrong.
    case format(path: String, line: Int?, reason: String)
    /// A row of a table has more or fewer fields than the table has columns.
    case fieldCount(path: String, row: Int, line: Int?, expected: Int, found: Int)
    /// A table has no column of that name.
    case missingColumn(path: String, name: String, available: [String])
    /// Two columns of a table have one name. The columns are counted from 1.
    case duplicateColumn(path: String, name: String, first: Int, second: Int)
    /// Two rows have one id.
    case duplicateID(path: String, id: String, firstRow: Int, secondRow: Int)
    /// A directory holds no pictures. `files` other files were seen in it and below it.
    case noPictures(directory: String, files: Int)
    /// A parameter is outside its valid range.
    case parameter(name: String, value: String, valid: String)
    /// No row has a picture or a text that can be used. `reason` says what the rows lack.
    case nothingToGroup(source: String, reason: String)
    /// Encoding failed.
    case encoding(EncoderError)
    /// Joining or reducing vectors failed.
    case fusion(FusionError)
    /// Grouping failed.
    case clustering(ClusteringError)
    /// Explaining the groups failed.
    case analysis(AnalysisError)
    /// A computation or a file of numbers failed.
    case tensor(TensorError)
    /// The report cannot be made.
    case report(ReportError)
    /// Something failed that should not have: a defect of Kindred.
    case internalError(String)
    /// The progress handler or the task asked to stop.
    case cancelled

    /// A file's error from the layer below.
    init(_ error: TensorError, path: String) {
        switch error {
        case .file(let path, let reason): self = .file(path: path, reason: reason)
        case .format(let path, let reason): self = .format(path: path, line: nil, reason: reason)
        case .cancelled: self = .cancelled
        default: self = .format(path: path, line: nil, reason: "\(error)")
        }
    }
}

extension KindredError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .file(let path, let reason): return "\(path): \(reason)"
        case .format(let path, let line, let reason):
            return "\(path): \(line.map { "line \($0): " } ?? "")\(reason)"
        case .fieldCount(let path, let row, let line, let expected, let found):
            let place = line.map { "line \($0) (row \(row))" } ?? "row \(row)"
            return
                "\(path): \(place) has \(found) field\(found == 1 ? "" : "s"); the table has \(expected) column\(expected == 1 ? "" : "s")"
                + "; a field that contains the delimiter or a line break must stand in double quotes"
        case .missingColumn(let path, let name, let available):
            let names = available.map { "\"\($0)\"" }.joined(separator: ", ")
            return "\(path): there is no column \"\(name)\"; \(available.isEmpty ? "it has none" : "it has \(names)")"
        case .duplicateColumn(let path, let name, let first, let second):
            return "\(path): columns \(first) and \(second) are both called \"\(name)\"; rename one of them"
        case .duplicateID(let path, let id, let firstRow, let secondRow):
            return "\(path): rows \(firstRow) and \(secondRow) have the same id \"\(id)\"; ids must differ"
        case .noPictures(let directory, let files):
            let seen = files == 0 ? "it is empty" : "none of its \(files) files is one"
            return "\(directory): there are no pictures in this directory: \(seen)"
                + " (looked for \(PictureFolder.extensions.map { "." + $0 }.joined(separator: ", ")))"
        case .parameter(let name, let value, let valid): return "\(name) is \(value); it must be \(valid)"
        case .nothingToGroup(let source, let reason):
            return "\(source): no row has a picture or a text that can be grouped: \(reason)"
        case .encoding(let error): return error.description
        case .fusion(let error): return error.description
        case .clustering(let error): return error.description
        case .analysis(let error): return error.description
        case .tensor(let error): return error.description
        case .report(let error): return error.description
        case .internalError(let message): return "internal error: \(message)"
        case .cancelled: return "cancelled"
        }
    }
}

/// Runs `body` and turns an error of the layer below into this module's.
func kindredErrors<R>(_ path: String, _ body: () throws(TensorError) -> R) throws(KindredError) -> R {
    do throws(TensorError) {
        return try body()
    } catch {
        throw KindredError(error, path: path)
    }
}
