import Clustering

/// How two labellings of the same rows divide them: for each pair of groups, how many rows are in both.
///
/// Only pairs that share rows are stored. Groups without rows have empty lines, so an index is always a label. When
/// noise counts as a group it is the last one.
///
/// ```swift
/// let table = try ContingencyTable(imageLabels, textLabels, noise: .leftOut)
/// table.largest(3, inRow: 0)    // the three text groups that most of image group 0 belongs to
/// ```
public struct ContingencyTable: Sendable, Hashable {
    /// The number of rows that two groups share.
    public struct Cell: Sendable, Hashable {
        /// The group in the first labelling.
        public let row: Int
        /// The group in the second labelling.
        public let column: Int
        /// The number of rows that are in both.
        public let count: Int
    }

    /// The cells that are not zero, by row, then by column.
    public let cells: [Cell]
    /// The number of rows in each group of the first labelling.
    public let rowTotals: [Int]
    /// The number of rows in each group of the second labelling.
    public let columnTotals: [Int]
    /// The number of rows counted.
    public let total: Int
    /// Where the cells of each row start, and after them the number of cells.
    private let starts: [Int]

    /// The table of `first` against `second`.
    ///
    /// - Parameters:
    ///   - first: the labels that make the table's rows.
    ///   - second: the labels of the same rows of data, which make its columns.
    ///   - noise: what is made of noise in either labelling. With `.leftOut`, a row that is noise in one of them does
    ///     not count; with `.ownGroup`, noise is a group like others, as in scikit-learn.
    /// - Throws: ``AnalysisError/rowCount(of:found:expected:)`` when the numbers of rows differ.
    /// - Complexity: O(n + c log c) time for c cells, O(n) memory.
    public init(
        _ first: ClusterLabels, _ second: ClusterLabels, noise: NoiseTreatment
    ) throws(AnalysisError) {
        try self.init(first, firstNoise: noise, second, secondNoise: noise)
    }

    /// The table of `first` against `second`, with different treatments of noise.
    ///
    /// - Throws: ``AnalysisError/rowCount(of:found:expected:)`` when the numbers of rows differ.
    /// - Complexity: O(n + c log c) time for c cells, O(n) memory.
    public init(
        _ first: ClusterLabels, firstNoise: NoiseTreatment, _ second: ClusterLabels, secondNoise: NoiseTreatment
    ) throws(AnalysisError) {
        guard first.count == second.count else {
            throw .rowCount(of: "the second labelling", found: second.count, expected: first.count)
        }
        let first = first.treatingNoise(as: firstNoise)
        let second = second.treatingNoise(as: secondNoise)
        var cells: [Cell] = []
        var starts = [0]
        var counts = [Int](repeating: 0, count: second.clusterCount)
        for (group, members) in first.members.enumerated() {
            var touched: [Int] = []
            for row in members {
                guard let other = second[row] else { continue }
                if counts[other] == 0 { touched.append(other) }
                counts[other] += 1
            }
            for other in touched.sorted() {
                cells.append(Cell(row: group, column: other, count: counts[other]))
                counts[other] = 0
            }
            starts.append(cells.count)
        }
        var rowTotals = [Int](repeating: 0, count: first.clusterCount)
        var columnTotals = [Int](repeating: 0, count: second.clusterCount)
        for cell in cells {
            rowTotals[cell.row] += cell.count
            columnTotals[cell.column] += cell.count
        }
        self.cells = cells
        self.starts = starts
        self.rowTotals = rowTotals
        self.columnTotals = columnTotals
        total = rowTotals.reduce(0, +)
    }

    /// The cells of row `row` that are not zero, by column.
    ///
    /// - Precondition: `row` is a group of the first labelling.
    /// - Complexity: O(1).
    public func cells(inRow row: Int) -> ArraySlice<Cell> { cells[starts[row]..<starts[row + 1]] }

    /// The number of rows in group `row` of the first labelling and group `column` of the second.
    ///
    /// - Complexity: O(log of the cells in the row).
    public subscript(row: Int, column: Int) -> Int {
        let cells = cells(inRow: row)
        var (low, high) = (cells.startIndex, cells.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if cells[middle].column < column { low = middle + 1 } else { high = middle }
        }
        return low < cells.endIndex && cells[low].column == column ? cells[low].count : 0
    }

    /// The largest cells of row `row`, at most `count` of them, with their share of the row; equal ones by column.
    ///
    /// - Complexity: O(c log c) for c cells in the row.
    public func largest(_ count: Int, inRow row: Int) -> [(column: Int, count: Int, share: Double)] {
        cells(inRow: row).sorted { (-$0.count, $0.column) < (-$1.count, $1.column) }.prefix(max(0, count))
            .map { ($0.column, $0.count, Double($0.count) / Double(rowTotals[row])) }
    }
}
