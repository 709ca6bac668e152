import Tensor

extension Table {
    /// The table in the JSONL file at `path`: one object per line.
    ///
    /// The columns are all keys that occur, in the order in which they first do; a key that a line lacks, like `null`,
    /// gives an empty field. Numbers and booleans become text, an array of them or of strings (tags, say) a list with
    /// commas between, and anything deeper JSON text. Blank lines are skipped.
    ///
    /// - Throws: ``KindredError/format(path:line:reason:)`` for a line that is not a JSON object, and for one in which
    ///   a key occurs twice.
    /// - Complexity: O(bytes + rows · columns).
    public init(jsonl path: String) throws(KindredError) {
        let map = try kindredErrors(path) { () throws(TensorError) in try MemoryMap(path) }
        defer { withExtendedLifetime(map) {} }
        try self.init(jsonl: map.bytes, source: path)
    }

    package init(jsonl bytes: UnsafeRawBufferPointer, source path: String) throws(KindredError) {
        var columns: [String] = []
        var places: [String: Int] = [:]
        var rows: [[String]] = []
        var lines: [Int] = []
        var reader = TextLines(bytes)
        while let line = reader.next() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            var row = [String](repeating: "", count: columns.count)
            var isFilled = [Bool](repeating: false, count: columns.count)
            for member in try Self.members(line, path: path, number: reader.number) {
                if let place = places[member.key] {
                    guard !isFilled[place] else {
                        throw .format(
                            path: path, line: reader.number,
                            reason: "the key \"\(member.key)\" occurs twice in the object")
                    }
                    row[place] = member.value.field
                    isFilled[place] = true
                } else {
                    places[member.key] = columns.count
                    columns.append(member.key)
                    row.append(member.value.field)
                    isFilled.append(true)
                }
            }
            rows.append(row)
            lines.append(reader.number)
        }
        for index in rows.indices where rows[index].count < columns.count {
            rows[index] += [String](repeating: "", count: columns.count - rows[index].count)
        }
        try self.init(columns: columns, rows: rows, lines: lines, source: path)
    }

    private static func members(
        _ line: UnsafeRawBufferPointer, path: String, number: Int
    ) throws(KindredError) -> [JSONValue.Member] {
        let value: JSONValue
        do throws(JSONReader.Problem) {
            value = try JSONValue.parse(line)
        } catch {
            throw .format(
                path: path, line: number,
                reason: "the line is not a JSON object: byte \(error.offset + 1): \(error.reason)")
        }
        guard case .object(let members) = value else {
            throw .format(path: path, line: number, reason: "a JSON object, {…}, is expected on each line")
        }
        return members
    }
}
