import Tensor

/// In what precision all distances are kept.
package enum DistancePrecision {
    case double
    case single

    /// Double up to 4,096 rows (134 MB). Beyond, single: the distances of rows of floats have no more digits to tell.
    init(rows: Int) { self = rows <= 4096 ? .double : .single }

    func memoryEstimate(rows: Int) -> MemoryEstimate {
        // In double precision, so that no number of rows is too great.
        let bytes = Double(rows) * Double(rows) * (self == .double ? 8 : 4)
        return MemoryEstimate("distances", bytes: bytes < 0x1p62 ? Int(bytes) : .max)
    }
}

/// What a table of distances is made of: `Float` or `Double`.
protocol DistanceElement: BinaryFloatingPoint, Sendable {
    /// The place of the smallest of `count` values, the lowest on ties. What is no number is passed over.
    static func smallest(_ values: UnsafePointer<Self>, count: Int) -> Int
}

extension Float: DistanceElement {
    static func smallest(_ values: UnsafePointer<Float>, count: Int) -> Int {
        RowKernel.smallest(values, count: count)?.index ?? 0
    }
}

extension Double: DistanceElement {
    static func smallest(_ values: UnsafePointer<Double>, count: Int) -> Int {
        var (place, least) = (0, Double.infinity)
        for index in 0..<count where values[index] < least { (place, least) = (index, values[index]) }
        return place
    }
}

/// The distances between all clusters that are left, while they are merged.
///
/// A merged cluster takes the place of the part with the lower first row, so that places are in order of first rows. Each
/// row keeps its memory for good; when places are dropped, what is left of it moves to its front, so that rows are read and
/// written from front to back.
final class DistanceTable<Element: DistanceElement> {
    /// The number of places.
    private(set) var count: Int
    /// How many of them hold a cluster.
    private(set) var liveCount: Int
    /// The number of rows; 0 where there is no cluster any more. `[count]`
    private(set) var sizes: [Int]
    /// The first row. `[count]`
    private(set) var firstRows: [Int32]
    /// The nearest cluster; the lowest place on ties. `[count]`
    private(set) var nearest: [Int32]

    private let storage: FloatStorage
    private let start: UnsafeMutablePointer<Element>
    /// Elements from one row's memory to the next.
    private let stride: Int
    /// Whose memory each place uses. `[count]`
    private var memory: [Int32]

    /// A table of n rows.
    ///
    /// - Parameter fill: writes all n² distances, symmetric bit for bit; what it writes on the diagonal does not matter.
    init(rows: Int, filledBy fill: (UnsafeMutablePointer<Element>) -> Void) {
        count = rows
        liveCount = rows
        stride = rows
        sizes = [Int](repeating: 1, count: rows)
        firstRows = Array(0..<Int32(rows))
        nearest = [Int32](repeating: -1, count: rows)
        memory = firstRows
        storage = FloatStorage(
            uninitializedCount: rows * rows * MemoryLayout<Element>.stride / MemoryLayout<Float>.stride)
        start = UnsafeMutableRawPointer(storage.start).bindMemory(to: Element.self, capacity: max(1, rows * rows))
        fill(start)
        for row in 0..<rows { start[row * rows + row] = .infinity }
    }

    @inline(__always)
    private func row(_ place: Int) -> UnsafeMutablePointer<Element> { start + Int(memory[place]) * stride }

    subscript(a: Int, b: Int) -> Element { row(a)[b] }

    /// The pairs of clusters that are nearest to each other, lower place first.
    var reciprocalPairs: [(Int, Int)] {
        sizes.indices.compactMap { place in
            let other = Int(nearest[place])
            return sizes[place] > 0 && place < other && nearest[other] == place ? (place, other) : nil
        }
    }

    /// Finds the nearest cluster of all.
    func searchAll() { merge([], SingleDistance.self, searchesAll: true) }

    /// Merges the clusters at the second place of each pair into those at the first, which are lower, and brings
    /// ``nearest`` up to date. No place is named twice.
    ///
    /// All that happens to a row happens while it lies in the cache: its columns are merged, places without clusters
    /// dropped once they are a sixteenth of all, and its nearest cluster looked for if that has been merged.
    ///
    /// - Complexity: O(count · pairs.count) when no places are dropped, else O(count²).
    func merge<Joined: JoinedDistance>(
        _ pairs: [(Int, Int)], _ joined: Joined.Type, searchesAll: Bool = false
    ) {
        // Which pair each place is the first of, and the place that each merged place goes into.
        var partner = [Int32](repeating: -1, count: count)
        var mergedInto = [Int32](repeating: -1, count: count)
        let columns = pairs.enumerated().map { index, pair in
            let (i, j) = pair
            partner[i] = Int32(index)
            mergedInto[i] = Int32(i)
            mergedInto[j] = Int32(i)
            let share = Element(Double(sizes[j]) / Double(sizes[i] + sizes[j]))
            sizes[i] += sizes[j]
            sizes[j] = 0
            return MergedColumn(first: Int32(i), second: Int32(j), share: share)
        }
        liveCount -= pairs.count
        let live = sizes.indices.filter { sizes[$0] > 0 }.map { Int32($0) }
        let isLive: [UInt8] = sizes.map { $0 > 0 ? 1 : 0 }
        let drops = (count - liveCount) * 16 >= count && liveCount < count
        let width = drops ? liveCount : count
        let tile = 16
        nearest.withUnsafeMutableBufferPointer { nearest in
            nonisolated(unsafe) let nearest = nearest
            parallelFor(
                live.indices.tileCount(size: tile), scratch: { [Element](repeating: 0, count: pairs.count) }
            ) { index, corners in
                for place in live[live.indices.tile(index, size: tile)].map({ Int($0) }) {
                    let row = row(place)
                    let old = Int(nearest[place])
                    let before = old < 0 ? -.infinity : row[old]
                    if partner[place] >= 0 {
                        let pair = columns[Int(partner[place])]
                        mergeRows(row, self.row(Int(pair.second)), columns, pair.share, &corners, joined)
                        row[place] = .infinity
                    } else {
                        columns.withUnsafeBufferPointer { columns in
                            for pair in columns {
                                let (i, j) = (Int(pair.first), Int(pair.second))
                                row[i] = Joined.joined(row[i], row[j], pair.share)
                                row[j] = .infinity
                            }
                        }
                    }
                    let into = old < 0 ? -1 : Int(mergedInto[old])
                    // At the same distance, the merged cluster is still the nearest: nothing else has come nearer.
                    let isKept = partner[place] < 0 && (into < 0 || row[into] <= before) && !searchesAll
                    if isKept && into >= 0 { nearest[place] = Int32(into) }
                    if drops { dropColumns(of: row, isLive) }
                    // In new places when some are dropped: old ones are translated below.
                    if !isKept { nearest[place] = -1 - Int32(Element.smallest(row, count: width)) }
                }
            }
        }
        renumber(live, drops: drops)
    }

    /// Two columns that become one.
    private struct MergedColumn {
        let first: Int32
        let second: Int32
        /// The share of the second part.
        let share: Element
    }

    /// Puts the distances of a merged cluster into the row of its first part.
    private func mergeRows<Joined: JoinedDistance>(
        _ row: UnsafeMutablePointer<Element>, _ other: UnsafeMutablePointer<Element>, _ columns: [MergedColumn],
        _ share: Element, _ corners: inout [Element], _ joined: Joined.Type
    ) {
        columns.withUnsafeBufferPointer { columns in
            corners.withUnsafeMutableBufferPointer { corners in
                // Where both the row and the column are merged, all four parts count, the same seen from either side.
                for (index, pair) in columns.enumerated() {
                    let (i, j) = (Int(pair.first), Int(pair.second))
                    corners[index] = Joined.joined(row[i], row[j], other[i], other[j], share, pair.share)
                }
                for column in 0..<count { row[column] = Joined.joined(row[column], other[column], share) }
                for (index, pair) in columns.enumerated() {
                    row[Int(pair.first)] = corners[index]
                    row[Int(pair.second)] = .infinity
                }
            }
        }
    }

    /// Moves the columns of clusters to the front, without a branch.
    private func dropColumns(of row: UnsafeMutablePointer<Element>, _ isLive: [UInt8]) {
        isLive.withUnsafeBufferPointer { isLive in
            var target = 0
            for column in isLive.indices {
                row[target] = row[column]
                target += Int(isLive[column])
            }
        }
    }

    private func renumber(_ live: [Int32], drops: Bool) {
        var places = [Int32](0..<Int32(count))
        if drops {
            for (new, old) in live.enumerated() { places[Int(old)] = Int32(new) }
            sizes = live.map { sizes[Int($0)] }
            firstRows = live.map { firstRows[Int($0)] }
            memory = live.map { memory[Int($0)] }
            nearest = live.map { nearest[Int($0)] }
            count = live.count
        }
        for place in nearest.indices where sizes[place] > 0 {
            nearest[place] = nearest[place] < 0 ? -1 - nearest[place] : places[Int(nearest[place])]
        }
    }
}
