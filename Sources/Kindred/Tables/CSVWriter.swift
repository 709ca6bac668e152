import Tensor

/// Writes tables as CSV: UTF-8, commas, `\n` after each row, quotes where RFC 4180 asks for them.
public enum CSVWriter {
    /// Writes a header of `columns` and then `rows` to `path`, whole or not at all. Rows are taken one at a time.
    ///
    /// - Throws: ``KindredError/fieldCount(path:row:line:expected:found:)`` for a row that does not fit the columns,
    ///   and ``KindredError/file(path:reason:)``; then what was at `path` is still there.
    /// - Complexity: O(bytes).
    public static func write(
        columns: [String], rows: some Sequence<[String]>, to path: String
    ) throws(KindredError) {
        let file = try kindredErrors(path) { () throws(TensorError) in try AtomicFile(path) }
        var line: [UInt8] = []
        append(columns, to: &line)
        for (index, row) in rows.enumerated() {
            guard row.count == columns.count else {
                throw .fieldCount(path: path, row: index + 1, line: nil, expected: columns.count, found: row.count)
            }
            try kindredErrors(path) { () throws(TensorError) in try file.write(line) }
            line.removeAll(keepingCapacity: true)
            append(row, to: &line)
        }
        try kindredErrors(path) { () throws(TensorError) in
            try file.write(line)
            try file.commit()
        }
    }

    /// Writes `table` to `path`.
    public static func write(_ table: Table, to path: String) throws(KindredError) {
        try write(columns: table.columns, rows: table.rows, to: path)
    }

    private static func append(_ fields: [String], to line: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            // Without quotes a single empty field would be a blank line, which readers skip.
            if needsQuotes(field) || (fields.count == 1 && field.isEmpty) {
                line.append(UInt8(ascii: "\""))
                for byte in field.utf8 {
                    if byte == UInt8(ascii: "\"") { line.append(byte) }
                    line.append(byte)
                }
                line.append(UInt8(ascii: "\""))
            } else {
                line.append(contentsOf: field.utf8)
            }
        }
        line.append(UInt8(ascii: "\n"))
    }

    private static func needsQuotes(_ field: String) -> Bool {
        // A byte order mark at the start of a field would be taken for the file's.
        if field.unicodeScalars.first == "\u{FEFF}" { return true }
        return field.utf8.contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
        }
    }
}
