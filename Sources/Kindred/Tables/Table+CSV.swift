import Tensor

extension Table {
    /// The table in the CSV file at `path`. The first line holds the columns' names.
    ///
    /// Fields are kept as they are, spaces included. Blank lines are skipped, except in a table of one column, where a
    /// blank line is a row with an empty field.
    ///
    /// - Throws: ``KindredError`` that names the line: for text that is not UTF-8, a quote that does not end, and a row
    ///   with more or fewer fields than there are columns.
    /// - Complexity: O(bytes).
    public init(csv path: String, delimiter: TableDelimiter = .comma) throws(KindredError) {
        let map = try kindredErrors(path) { () throws(TensorError) in try MemoryMap(path) }
        defer { withExtendedLifetime(map) {} }
        try self.init(csv: map.bytes, delimiter: delimiter, source: path)
    }

    package init(csv bytes: UnsafeRawBufferPointer, delimiter: TableDelimiter, source: String) throws(KindredError) {
        var scanner = try CSVScanner(bytes, delimiter: delimiter, path: source)
        var columns: [String] = []
        while let record = try scanner.next() {
            if record.isBlank { continue }
            columns = record.fields
            break
        }
        guard !columns.isEmpty else {
            throw .format(
                path: source, line: nil, reason: "the file is empty; a line with the columns' names is needed")
        }
        var rows: [[String]] = []
        var lines: [Int] = []
        while let record = try scanner.next() {
            if record.isBlank, columns.count > 1 { continue }
            guard record.fields.count == columns.count else {
                throw .fieldCount(
                    path: source, row: rows.count + 1, line: record.line, expected: columns.count,
                    found: record.fields.count)
            }
            rows.append(record.fields)
            lines.append(record.line)
        }
        try self.init(columns: columns, rows: rows, lines: lines, source: source)
    }
}
