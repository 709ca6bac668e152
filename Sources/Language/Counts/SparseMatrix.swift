import Tensor

/// A matrix of which only the elements that are not zero are stored, row by row (CSR).
///
/// Row i holds `values[rowOffsets[i] ..< rowOffsets[i + 1]]`, in the columns at the same places of `columnIndices`,
/// ascending.
public struct SparseMatrix: Sendable, Hashable {
    /// The number of columns, d.
    public let columns: Int
    /// Where each row starts, and where the last ends. `[rows + 1]`
    public let rowOffsets: [Int]
    /// The column of each stored element.
    public let columnIndices: [Int32]
    /// The stored elements.
    public private(set) var values: [Float]

    /// A matrix of its parts.
    ///
    /// - Precondition: `rowOffsets` starts with 0, never falls and ends with the number of values; there are as many
    ///   column indices as values; in each row they ascend and lie in 0 ..< `columns`.
    /// - Complexity: O(rows + values).
    public init(columns: Int, rowOffsets: [Int], columnIndices: [Int32], values: [Float]) {
        precondition(rowOffsets.first == 0 && rowOffsets.last == values.count, "row offsets do not span the values")
        precondition(columnIndices.count == values.count, "column indices and values differ in number")
        for row in 0..<rowOffsets.count - 1 {
            precondition(rowOffsets[row] <= rowOffsets[row + 1], "row offsets fall at row \(row)")
            var previous: Int32 = -1
            for column in columnIndices[rowOffsets[row]..<rowOffsets[row + 1]] {
                precondition(column > previous && column < columns, "column \(column) is out of order in row \(row)")
                previous = column
            }
        }
        self.columns = columns
        self.rowOffsets = rowOffsets
        self.columnIndices = columnIndices
        self.values = values
    }

    /// The number of rows, n.
    public var rows: Int { rowOffsets.count - 1 }

    /// The number of stored elements.
    public var storedCount: Int { values.count }

    /// The stored elements of a row.
    public struct Row: RandomAccessCollection, Sendable {
        let columnIndices: ArraySlice<Int32>
        let values: ArraySlice<Float>

        public var startIndex: Int { values.startIndex }
        public var endIndex: Int { values.endIndex }
        public subscript(position: Int) -> (column: Int, value: Float) {
            (Int(columnIndices[position]), values[position])
        }
    }

    /// The stored elements of row `index`, by ascending column.
    ///
    /// - Complexity: O(1).
    public func row(_ index: Int) -> Row {
        let range = rowOffsets[index]..<rowOffsets[index + 1]
        return Row(columnIndices: columnIndices[range], values: values[range])
    }

    /// The sum of each column. `[columns]`
    ///
    /// - Complexity: O(columns + values).
    public func columnSums() -> [Double] {
        var result = [Double](repeating: 0, count: columns)
        for (column, value) in zip(columnIndices, values) { result[Int(column)] += Double(value) }
        return result
    }

    /// The same matrix with all elements stored.
    ///
    /// - Complexity: O(rows · columns).
    public func dense() -> Matrix {
        Matrix(rows: rows, columns: columns) { target in
            target.initialize(repeating: 0)
            for index in 0..<rows {
                for (column, value) in row(index) { target[index * columns + column] = value }
            }
        }
    }

    /// The matrix in which each stored element is what `transform` makes of its row, column and value.
    ///
    /// - Complexity: O(rows + values).
    public func mapValues(_ transform: (_ row: Int, _ column: Int, _ value: Float) -> Float) -> SparseMatrix {
        var result = self
        for row in 0..<rows {
            for index in rowOffsets[row]..<rowOffsets[row + 1] {
                result.values[index] = transform(row, Int(columnIndices[index]), values[index])
            }
        }
        return result
    }

    /// The matrix with each row divided by its Euclidean length; rows of zeros stay.
    ///
    /// - Complexity: O(rows + values).
    public func normalizedRows() -> SparseMatrix {
        let lengths = (0..<rows).map { index in
            row(index).reduce(0.0) { $0 + Double($1.value) * Double($1.value) }.squareRoot()
        }
        return mapValues { row, _, value in lengths[row] > 0 ? Float(Double(value) / lengths[row]) : value }
    }

    /// The sums of the rows of each group: row g is the sum of the rows i with `groups[i] == g`. Rows whose group is
    /// `nil` are left out.
    ///
    /// - Precondition: there is a group for each row, and all lie in 0 ..< `count`.
    /// - Complexity: O(rows + values + count · columns).
    public func summingRows(by groups: some Collection<Int?>, count: Int) -> SparseMatrix {
        precondition(groups.count == rows, "\(groups.count) groups for \(rows) rows")
        var members = [[Int]](repeating: [], count: count)
        for (row, group) in groups.enumerated() { if let group { members[group].append(row) } }
        var offsets = [0]
        var indices: [Int32] = []
        var sums: [Float] = []
        var sum = [Double](repeating: 0, count: columns)
        var touched = [Bool](repeating: false, count: columns)
        for group in members {
            var present: [Int32] = []
            for row in group {
                for (column, value) in self.row(row) {
                    if !touched[column] { present.append(Int32(column)) }
                    touched[column] = true
                    sum[column] += Double(value)
                }
            }
            present.sort()
            for column in present {
                indices.append(column)
                sums.append(Float(sum[Int(column)]))
                sum[Int(column)] = 0
                touched[Int(column)] = false
            }
            offsets.append(sums.count)
        }
        return SparseMatrix(columns: columns, rowOffsets: offsets, columnIndices: indices, values: sums)
    }
}
