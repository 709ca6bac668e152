import Foundation
import Kindred

/// What the rows of a matrix are called, and whether there is something in them: `x.rows.csv` beside `x.npy`.
///
/// Its columns are `id`, `status` and `reason`. A row whose status is not `ok` is a row of zeros in the matrix, and is
/// left out of what is computed from it. Without the file, ids are row numbers from 0 and all rows count.
struct RowSheet {
    let ids: [String]
    let statuses: [RowStatus]

    init(ids: [String], statuses: [RowStatus]) {
        self.ids = ids
        self.statuses = statuses
    }

    /// Reads the sheet beside the matrix at `path`, which has `rows` rows.
    ///
    /// - Throws: ``ToolError`` when the sheet has another number of rows, ids twice, or a status that is not known.
    init(beside path: String, rows: Int) throws {
        let sheet = Self.path(beside: path)
        guard FileManager.default.fileExists(atPath: sheet) else {
            self.init(ids: (0..<rows).map { String($0) }, statuses: [RowStatus](repeating: .ok, count: rows))
            return
        }
        let table = try Table(csv: sheet, delimiter: .automatic)
        let ids = try table.column("id")
        guard ids.count == rows else {
            throw ToolError.badData(
                "\(sheet) has \(ids.count) rows, but \(path) beside it has \(rows); make both again, or remove the sheet"
            )
        }
        try Self.requireDistinct(ids, in: sheet)
        let kinds = try table.column("status")
        let reasons = table.columns.contains("reason") ? try table.column("reason") : []
        var statuses: [RowStatus] = []
        for (row, name) in kinds.enumerated() {
            guard let kind = RowStatus.Kind(rawValue: name) else {
                let known = RowStatus.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ToolError.badData(
                    "\(sheet): row \(row + 1) has the status \"\(name)\"; it must be one of \(known)")
            }
            statuses.append(RowStatus(kind, reasons.isEmpty ? "" : reasons[row]))
        }
        self.init(ids: ids, statuses: statuses)
    }

    /// The rows that hold something, ascending.
    var presentRows: [Int] { statuses.indices.filter { statuses[$0].kind == .ok } }

    /// The number of rows that hold nothing.
    var absentCount: Int { statuses.count { $0.kind != .ok } }

    /// Writes the sheet beside the matrix at `path`.
    func write(beside path: String) throws {
        try CSVWriter.write(
            columns: ["id", "status", "reason"],
            rows: zip(ids, statuses).lazy.map { [$0, $1.kind.rawValue, $1.reason] }, to: Self.path(beside: path))
    }

    /// `x.rows.csv` for `x.npy`.
    static func path(beside path: String) -> String {
        (path.hasSuffix(".npy") ? String(path.dropLast(4)) : path) + ".rows.csv"
    }

    private static func requireDistinct(_ ids: [String], in path: String) throws {
        var seen: [String: Int] = [:]
        for (row, id) in ids.enumerated() {
            if let first = seen.updateValue(row, forKey: id) {
                throw KindredError.duplicateID(path: path, id: id, firstRow: first + 1, secondRow: row + 1)
            }
        }
    }
}
