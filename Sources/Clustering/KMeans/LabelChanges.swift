import Tensor

/// Rows that came to other clusters.
struct LabelChanges {
    /// The rows that ``moved`` does not hold.
    private(set) var rows: [Int32] = []
    /// The label that each had; −1 for none.
    private(set) var previous: [Int32] = []
    /// What the others add to the sums of clusters.
    var moved: MovedRows?
    /// Whether rows get their first label: such are not listed.
    var isFirst = false

    var isEmpty: Bool { rows.isEmpty && moved?.rowCount ?? 0 == 0 }

    init() {}

    /// The changes of several parts, one after another.
    init(merging parts: [LabelChanges]) {
        isFirst = parts.first?.isFirst ?? false
        rows.reserveCapacity(parts.reduce(0) { $0 + $1.rows.count })
        previous.reserveCapacity(rows.capacity)
        for part in parts {
            rows += part.rows
            previous += part.previous
            if moved == nil { moved = part.moved } else if let more = part.moved { moved?.add(more) }
        }
    }

    mutating func append(_ row: Int32, _ label: Int32) {
        rows.append(row)
        previous.append(label)
    }

    /// Takes in that rows `changed` came from `labels` to those that they have now.
    mutating func append(
        _ changed: [Int32], _ labels: [Int32], count: Int, _ elements: Matrix, _ now: UnsafePointer<Int32>
    ) {
        guard count > 0 else { return }
        guard moved == nil else {
            moved?.move(changed, from: labels, count: count, of: elements, to: now)
            return
        }
        guard !isFirst else { return }
        rows += changed.prefix(count)
        previous += labels.prefix(count)
    }
}

/// What rows that came to other clusters add to the sums of those, and take away from others.
struct MovedRows {
    /// A row for each cluster. `[k × d]`
    private(set) var sums: [Double]
    /// How many rows. `[k]`
    private(set) var totals: [Double]
    /// How many came to another cluster.
    private(set) var rowCount = 0

    init(count: Int, depth: Int) {
        sums = [Double](repeating: 0, count: count * depth)
        totals = [Double](repeating: 0, count: count)
    }

    mutating func move(
        _ changed: [Int32], from previous: [Int32], count: Int, of elements: Matrix, to labels: UnsafePointer<Int32>
    ) {
        rowCount += count
        elements.withUnsafeBufferPointer { rows in
            guard let rows = rows.baseAddress else { return }
            RowKernel.moveRows(
                rows, depth: elements.columns, changed, from: previous, count: count, to: labels, sums: &sums,
                totals: &totals)
        }
    }

    mutating func add(_ other: MovedRows) {
        rowCount += other.rowCount
        sums.add(other.sums)
        totals.add(other.totals)
    }
}

extension [Double] {
    /// Adds as many numbers, one to each.
    mutating func add(_ other: [Double]) {
        withUnsafeMutableBufferPointer { mine in
            other.withUnsafeBufferPointer { theirs in for index in mine.indices { mine[index] += theirs[index] } }
        }
    }
}
