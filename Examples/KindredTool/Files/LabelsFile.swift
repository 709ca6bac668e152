import Kindred

/// Which cluster each row is in, as `labels.csv` has it: the columns `id` and `label`.
///
/// A label is a number or, in files that people made, a word. Negative numbers are noise; an empty label is a row that
/// was left out of clustering.
struct LabelsFile {
    let path: String
    let ids: [String]
    /// The label of each row as it stands in the file.
    let fields: [String]

    /// - Throws: ``KindredError`` for a file that is missing, damaged, or without these columns.
    init(_ path: String, column: String = "label") throws {
        let table = try Table(csv: path, delimiter: .automatic)
        self.path = path
        ids = try table.column("id")
        fields = try table.column(column)
    }

    /// The labels of the rows `wanted`, in their order.
    ///
    /// - Parameter source: what the wanted rows belong to, for errors.
    /// - Throws: ``ToolError`` when the file has another number of rows, an id twice, or lacks an id.
    func fields(of wanted: [String], in source: String) throws -> [String] {
        guard ids.count == wanted.count else {
            throw ToolError.badData(
                "\(path) has \(ids.count) rows, but \(source) has \(wanted.count); give the labels of the same rows")
        }
        if ids == wanted { return fields }
        var places: [String: Int] = [:]
        for (row, id) in ids.enumerated() {
            if let first = places.updateValue(row, forKey: id) {
                throw KindredError.duplicateID(path: path, id: id, firstRow: first + 1, secondRow: row + 1)
            }
        }
        return try wanted.map { id in
            guard let place = places[id] else {
                throw ToolError.badData("\(path) has no label for the row \"\(id)\" of \(source)")
            }
            return fields[place]
        }
    }

    /// Writes a label for each id, and further columns of numbers; rows outside `rows`, which hold nothing, get empty ones.
    static func write(
        _ labels: ClusterLabels, scores: [(column: String, values: [Float])] = [], of rows: [Int], ids: [String],
        to path: String
    ) throws {
        var lines = ids.map { [$0] + [String](repeating: "", count: 1 + scores.count) }
        for (place, row) in rows.enumerated() {
            lines[row] = [ids[row], String(labels.values[place])] + scores.map { String($0.values[place]) }
        }
        try CSVWriter.write(columns: ["id", "label"] + scores.map(\.column), rows: lines, to: path)
    }
}

/// Labels as clusters without gaps between their numbers, and what the file calls them.
struct NamedLabels {
    /// The rows that have a label or are noise, ascending.
    let rows: [Int]
    /// The labels of those rows.
    let labels: ClusterLabels
    /// What each cluster is called: numbers ascending, words by their bytes.
    let names: [String]

    init(_ fields: [String]) {
        rows = fields.indices.filter { !fields[$0].isEmpty }
        let kept = rows.map { fields[$0] }
        let distinct = Set(kept.filter { !Self.isNoise($0) })
        if distinct.allSatisfy({ Int($0) != nil }) {
            names = distinct.sorted { (Int($0) ?? 0, $0) < (Int($1) ?? 0, $1) }
        } else {
            names = distinct.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        }
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
        labels = ClusterLabels(kept.map { places[$0] ?? ClusterLabels.noise })
    }

    /// A cluster's name as a number where it is one.
    func json(ofCluster cluster: Int) -> JSONValue {
        Int(names[cluster]).map { .integer($0) } ?? .string(names[cluster])
    }

    private static func isNoise(_ field: String) -> Bool { Int(field).map { $0 < 0 } ?? false }
}
