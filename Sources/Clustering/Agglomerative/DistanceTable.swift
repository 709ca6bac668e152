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
    /// The place of the smallest of `count` values, the lowest on ties; 0 when all are infinite.
    static func smallest(_ values: UnsafePointer<Self>, count: Int) -> Int
}

extension Float: DistanceElement {
    static func smallest(_ values: UnsafePointer<Float>, count: Int) -> Int {
        RowKernel.smallest(values, count: count)?.index ?? 0
    }
}

extension Double: DistanceElement {
    static func smallest(_ values: UnsafePointer<Double>, count: Int) -> Int {
        var place = 0
        for index in 0..<count where values[index] < values[place] { place = index }
        return place
    }
}

/// The distances between all clusters that are left, while they are merged.
///
/// A merged cluster takes the place of the part with the lower first row, so that places are in order of first rows. Rows
/// and columns without a cluster, and the diagonal, are infinite.
struct DistanceTable<Element: DistanceElement> {
    private(set) var count: Int
    private(set) var liveCount: Int
    /// Symmetric, bit for bit. `[count × count]`
    private var distances: [Element]
    /// The number of rows; 0 where there is no cluster any more. `[count]`
    private(set) var sizes: [Int]
    /// The first row. `[count]`
    private(set) var firstRows: [Int32]

    /// A table of n rows.
    ///
    /// - Parameter fill: writes all n² distances.
    init(rows: Int, filledBy fill: (UnsafeMutablePointer<Element>) -> Void) {
        count = rows
        liveCount = rows
        distances = [Element](unsafeUninitializedCapacity: rows * rows) { buffer, initialized in
            if let start = buffer.baseAddress { fill(start) }
            for row in 0..<rows { buffer[row * rows + row] = .infinity }
            initialized = rows * rows
        }
        sizes = [Int](repeating: 1, count: rows)
        firstRows = Array(0..<Int32(rows))
    }

    subscript(row: Int, column: Int) -> Element { distances[row * count + column] }

    /// The nearest cluster to each of these.
    ///
    /// - Complexity: O(count) each.
    func nearest(to places: [Int32]) -> [Int32] {
        distances.withUnsafeBufferPointer { distances in
            nonisolated(unsafe) let start = distances.baseAddress
            let size = 16
            var found = [Int32](repeating: 0, count: places.count)
            found.withUnsafeMutableBufferPointer { found in
                nonisolated(unsafe) let found = found
                parallelFor(places.indices.tileCount(size: size)) { tile in
                    guard let start else { return }
                    for index in places.indices.tile(tile, size: size) {
                        found[index] = Int32(Element.smallest(start + Int(places[index]) * count, count: count))
                    }
                }
            }
            return found
        }
    }

    /// Merges the clusters at the second place of each pair into those at the first, which are lower. No place is named
    /// twice.
    ///
    /// - Parameter joined: the distance to a merged cluster from those to its parts, given the parts' sizes.
    mutating func merge(_ pairs: [(Int, Int)], _ joined: (Element, Element, Element, Element) -> Element) {
        let (count, sizesBefore) = (count, sizes.map { Element($0) })
        distances.withUnsafeMutableBufferPointer { distances in
            nonisolated(unsafe) let start = distances.baseAddress
            // Rows of merged clusters first, while all columns are still those of the parts.
            parallelFor(pairs.count) { index in
                guard let start else { return }
                let (i, j) = pairs[index]
                let (row, other) = (start + i * count, start + j * count)
                let (a, b) = (sizesBefore[i], sizesBefore[j])
                for column in 0..<count { row[column] = joined(row[column], other[column], a, b) }
            }
            let size = 64
            parallelFor((0..<count).tileCount(size: size)) { tile in
                guard let start else { return }
                for place in (0..<count).tile(tile, size: size) where sizesBefore[place] > 0 {
                    let row = start + place * count
                    for (i, j) in pairs {
                        row[i] = joined(row[i], row[j], sizesBefore[i], sizesBefore[j])
                        row[j] = .infinity
                    }
                }
            }
            guard let start else { return }
            // Between two merged clusters the order of operations differs by side: the lower row's counts.
            for (index, (i, _)) in pairs.enumerated() {
                start[i * count + i] = .infinity
                for (other, _) in pairs[..<index] { start[i * count + other] = start[other * count + i] }
            }
        }
        for (i, j) in pairs {
            sizes[i] += sizes[j]
            sizes[j] = 0
        }
        liveCount -= pairs.count
    }

    /// Drops places without clusters once they are half of all.
    ///
    /// - Returns: the new place of each old one (−1 for those dropped), or `nil` when nothing changed.
    mutating func compact() -> [Int32]? {
        guard liveCount * 2 <= count else { return nil }
        let kept = sizes.indices.filter { sizes[$0] > 0 }
        var places = [Int32](repeating: -1, count: count)
        for (new, old) in kept.enumerated() { places[old] = Int32(new) }
        let count = count
        distances.withUnsafeMutableBufferPointer { distances in
            guard let start = distances.baseAddress else { return }
            var target = start
            // Never behind what is still to be read.
            for row in kept {
                let from = start + row * count
                for column in kept {
                    target.pointee = from[column]
                    target += 1
                }
            }
        }
        distances.removeLast(count * count - kept.count * kept.count)
        sizes = kept.map { sizes[$0] }
        firstRows = kept.map { firstRows[$0] }
        self.count = kept.count
        return places
    }
}
