/// Rows of text under named columns, as a CSV or JSONL file holds them.
///
/// ```swift
/// let table = try Table(csv: "posts.csv")
/// let captions = try table.column("text")   // an error lists the columns that exist
/// ```
public struct Table: Sendable, Hashable {
    /// The columns' names; all different.
    public let columns: [String]
    /// The rows; each has as many fields as there are columns.
    public let rows: [[String]]
    /// Where the rows came from: a file's path, or a word for a table made in memory.
    public let source: String
    /// The line of the file on which each row starts, counted from 1; empty for a table made in memory.
    public let lines: [Int]

    /// A table made in memory.
    ///
    /// - Throws: ``KindredError/duplicateColumn(path:name:first:second:)`` and
    ///   ``KindredError/fieldCount(path:row:line:expected:found:)``.
    /// - Complexity: O(rows · columns).
    public init(columns: [String], rows: [[String]], source: String = "the table") throws(KindredError) {
        try self.init(columns: columns, rows: rows, lines: [], source: source)
    }

    init(columns: [String], rows: [[String]], lines: [Int], source: String) throws(KindredError) {
        var places: [String: Int] = [:]
        for (index, name) in columns.enumerated() {
            if let first = places.updateValue(index, forKey: name) {
                throw .duplicateColumn(path: source, name: name, first: first + 1, second: index + 1)
            }
        }
        for (index, row) in rows.enumerated() where row.count != columns.count {
            throw .fieldCount(
                path: source, row: index + 1, line: lines.isEmpty ? nil : lines[index], expected: columns.count,
                found: row.count)
        }
        self.columns = columns
        self.rows = rows
        self.lines = lines
        self.source = source
    }

    /// The position of the column called `name`.
    ///
    /// - Throws: ``KindredError/missingColumn(path:name:available:)``.
    public func index(of name: String) throws(KindredError) -> Int {
        guard let index = columns.firstIndex(of: name) else {
            throw .missingColumn(path: source, name: name, available: columns)
        }
        return index
    }

    /// The fields of the column called `name`, one per row.
    ///
    /// - Throws: ``KindredError/missingColumn(path:name:available:)``.
    /// - Complexity: O(rows).
    public func column(_ name: String) throws(KindredError) -> [String] {
        let index = try index(of: name)
        return rows.map { $0[index] }
    }

    /// The line on which row `row` (from 0) starts in its file.
    func line(ofRow row: Int) -> Int? { lines.isEmpty ? nil : lines[row] }
}
