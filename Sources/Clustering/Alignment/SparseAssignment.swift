/// The best way to pair rows with columns of a table, each at most once, where few pairs are possible.
///
/// Rows are added one at a time, each along the shortest augmenting path by reduced costs. A row may also stay alone,
/// which costs nothing.
///
/// - Reference: Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment
///   problems", 1987, doi:10.1007/BF02278710.
package struct SparseAssignment {
    package struct Pair {
        let row: Int
        let column: Int
        /// What the pair is worth; not negative.
        let weight: Double

        package init(row: Int, column: Int, weight: Double) {
            self.row = row
            self.column = column
            self.weight = weight
        }
    }

    /// The pairs of each row, as columns and costs.
    private let pairs: [[(column: Int, cost: Double)]]
    private let columnCount: Int
    private var rowPotentials: [Double]
    private var columnPotentials: [Double]
    private var columnOfRow: [Int?]
    private var rowOfColumn: [Int?]

    /// The column of each row, such that the weights of the pairs add up to as much as they can; `nil` for a row that
    /// stays alone. Whole numbers are added exactly.
    ///
    /// - Precondition: no pair occurs twice.
    /// - Complexity: O(r · p log p) for r rows and p pairs at worst; close to O(p log p) where most rows have a column
    ///   that is no other's best.
    package static func columns(rowCount: Int, columnCount: Int, pairs: [Pair]) -> [Int?] {
        var assignment = SparseAssignment(rowCount: rowCount, columnCount: columnCount, pairs: pairs)
        for row in 0..<rowCount { assignment.add(row) }
        return assignment.columnOfRow.map { column in column.flatMap { $0 < columnCount ? $0 : nil } }
    }

    private init(rowCount: Int, columnCount: Int, pairs: [Pair]) {
        var lists = [[(column: Int, cost: Double)]](repeating: [], count: rowCount)
        for pair in pairs where pair.weight > 0 { lists[pair.row].append((pair.column, -pair.weight)) }
        // To stay alone is a column of the row's own.
        for row in 0..<rowCount { lists[row].append((columnCount + row, 0)) }
        self.pairs = lists
        self.columnCount = columnCount + rowCount
        rowPotentials = [Double](repeating: 0, count: rowCount)
        columnPotentials = [Double](repeating: 0, count: columnCount + rowCount)
        columnOfRow = [Int?](repeating: nil, count: rowCount)
        rowOfColumn = [Int?](repeating: nil, count: columnCount + rowCount)
    }

    private struct Step {
        let distance: Double
        let isTaken: Bool
        let column: Int
    }

    private mutating func add(_ start: Int) {
        var distances: [Int: Double] = [:]
        var origins: [Int: Int] = [:]
        // The nearest first; a free column before a taken one, then the lower one.
        var heap = MinimumHeap<Step> {
            ($0.distance, $0.isTaken ? 1 : 0, $0.column) < ($1.distance, $1.isTaken ? 1 : 0, $1.column)
        }
        // Columns in the order in which their distances became final.
        var settled: [(column: Int, distance: Double)] = []
        var isSettled: Set<Int> = []
        var (row, base) = (start, 0.0)
        search: while true {
            for (column, cost) in pairs[row] where !isSettled.contains(column) {
                let distance = base + cost - rowPotentials[row] - columnPotentials[column]
                if distance < distances[column] ?? .infinity {
                    distances[column] = distance
                    origins[column] = row
                    heap.insert(Step(distance: distance, isTaken: rowOfColumn[column] != nil, column: column))
                }
            }
            repeat {
                guard let step = heap.removeFirst() else { return }
                guard isSettled.insert(step.column).inserted else { continue }
                settled.append((step.column, step.distance))
                base = step.distance
                guard let next = rowOfColumn[step.column] else { break search }
                row = next
                continue search
            } while true
        }
        rowPotentials[start] += base
        for (column, distance) in settled {
            if let row = rowOfColumn[column] { rowPotentials[row] += base - distance }
            columnPotentials[column] -= base - distance
        }
        // The path backwards: each row on it takes the column by which it was left.
        var column = settled[settled.count - 1].column
        while let row = origins[column] {
            let former = columnOfRow[row]
            columnOfRow[row] = column
            rowOfColumn[column] = row
            guard row != start, let former else { return }
            column = former
        }
    }
}
