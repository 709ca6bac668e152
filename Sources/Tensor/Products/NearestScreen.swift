private import CKernels

/// Finds the nearest of some vectors to each row by sums of products of whole numbers, twice as fast as in floats, and tells
/// where that is in doubt.
///
/// The score of vector c for row x is x · c − offset(c), greatest for the nearest where the offset is ½‖c‖². With x ≈ x̂ = s·p
/// and c ≈ ĉ = t·q for whole p and q of sixteen bits, x · c differs from s·t·(p · q), which is exact, by no more than
/// ‖x − x̂‖·‖c‖ + ‖x̂‖·‖c − ĉ‖. Rows whose best two scores are closer than twice that are in doubt.
package struct NearestScreen: Sendable {
    /// Rows are looked at this many at a time.
    package static let rowCount = Int(KINDRED_SCORED)

    private let count: Int
    private let depth: Int
    /// How many vectors are packed side by side.
    private let height: Int
    private let blocks: [Int32]
    private let offsets: [Double]
    private let scale: Double
    private let longest: Double
    private let greatestOffset: Double

    /// - Parameters:
    ///   - vectors: at least one.
    ///   - offsets: what is taken away from the product with each vector, not negative.
    ///   - squares: the squared lengths of the vectors.
    /// - Returns: `nil` where they are too long, too short or of too many elements for this.
    package init?(_ vectors: Matrix, offsets: [Double], squares: [Double]) {
        let (count, depth) = (vectors.rows, vectors.columns)
        guard depth > 0, depth <= 1 << 17, let longest = squares.max(), let greatest = offsets.max() else { return nil }
        let blockCount = (0..<count).tileCount(size: 14)
        // About equally many in each block.
        let height = (0..<count).tileCount(size: blockCount)
        let pairs = kindred_pair_count(depth)
        var scale: Float = 0
        blocks = [Int32](unsafeUninitializedCapacity: blockCount * height * pairs) { blocks, initialized in
            vectors.withUnsafeBufferPointer { vectors in
                guard let blocks = blocks.baseAddress, let vectors = vectors.baseAddress else { return }
                let least = Float(longest.squareRoot() / 32767 * (1 + 0x1p-20)).nextUp
                scale = kindred_pack_pairs(vectors, nil, count, depth, least, height, blocks)
            }
            initialized = scale > 0 ? blockCount * height * pairs : 0
        }
        guard scale > 0 else { return nil }
        self.count = count
        self.depth = depth
        self.height = height
        self.offsets = offsets
        self.scale = Double(scale)
        self.longest = longest.squareRoot()
        greatestOffset = greatest
    }

    /// Room for a group of rows, and what was found of them.
    package final class Rows {
        fileprivate let squares = FloatStorage(uninitializedCount: NearestScreen.rowCount)
        /// At least the distance to the nearest vector.
        package let upper = FloatStorage(uninitializedCount: NearestScreen.rowCount)
        /// At most the distance to any other vector.
        package let lower = FloatStorage(uninitializedCount: NearestScreen.rowCount)
        /// The nearest vector of each row.
        package var nearest: UnsafePointer<Int32> { UnsafePointer(places) }
        private let places: UnsafeMutablePointer<Int32>
        /// A bit for each row of which ``nearest`` is in doubt, 64 in a word.
        fileprivate let doubtful: UnsafeMutablePointer<UInt64>
        fileprivate let panels: UnsafeMutablePointer<Int32>
        fileprivate let state: UnsafeMutablePointer<kindred_greatest2>

        package init(depth: Int) {
            panels = .allocate(capacity: NearestScreen.rowCount * kindred_pair_count(depth))
            doubtful = .allocate(capacity: NearestScreen.rowCount / 64)
            doubtful.initialize(repeating: 0, count: NearestScreen.rowCount / 64)
            state = .allocate(capacity: 1)
            state.initialize(to: kindred_greatest2())
            places = .allocate(capacity: NearestScreen.rowCount)
            places.initialize(repeating: 0, count: NearestScreen.rowCount)
        }

        fileprivate func setBounds(
            _ count: Int, twiceUnit: Float, slack: Float, tolerance: UInt32
        ) {
            kindred_score_bounds(
                state, count, squares.start, twiceUnit, slack, tolerance, places, upper.start, lower.start, doubtful)
        }

        /// Notes what was found of rows `indices`, ascending: the bounds of all, where they are wanted, and the labels of those
        /// that are not in doubt.
        ///
        /// - Parameters:
        ///   - changed: receives the rows that had another label; has room for `count`.
        ///   - previous: receives which.
        /// - Returns: how many those are.
        package func settle(
            _ indices: UnsafePointer<Int32>, count: Int, labels: UnsafeMutablePointer<Int32>,
            upper uppers: UnsafeMutablePointer<Float>?, lower lowers: UnsafeMutablePointer<Float>?,
            changed: UnsafeMutablePointer<Int32>, previous: UnsafeMutablePointer<Int32>
        ) -> Int {
            kindred_settle_rows(
                indices, count, places, upper.start, lower.start, doubtful, labels, uppers, lowers, changed, previous)
        }

        /// Sets bounds that tell nothing.
        package func dropBounds(_ count: Int) {
            for position in 0..<count { (upper.start[position], lower.start[position]) = (.infinity, 0) }
        }

        /// Whether ``nearest`` of row `position` is in doubt.
        package func isDoubtful(_ position: Int) -> Bool {
            doubtful[position / 64] >> UInt64(position % 64) & 1 != 0
        }

        /// Calls `body` with the position of each row in doubt, ascending.
        package func forEachDoubtful(_ body: (Int) -> Void) {
            for word in 0..<NearestScreen.rowCount / 64 {
                var bits = doubtful[word]
                while bits != 0 {
                    body(word * 64 + bits.trailingZeroBitCount)
                    bits &= bits - 1
                }
            }
        }

        deinit {
            panels.deallocate()
            doubtful.deallocate()
            state.deallocate()
            places.deallocate()
        }
    }

    /// Finds the nearest vectors of up to ``rowCount`` rows.
    ///
    /// - Parameters:
    ///   - elements: row 0; row i starts `i * depth` floats later.
    ///   - squares: for each row what ‖x‖² is in ‖x‖² + 2 · (offset − x · c), a squared distance.
    ///   - indices: the rows to look at, `rows` of them, and then `expected` of those that will be looked at next.
    ///   - found: receives what was found.
    package func findNearest(
        _ elements: UnsafePointer<Float>, squares: UnsafePointer<Float>, at indices: UnsafePointer<Int32>,
        count rows: Int, expected: Int, into found: Rows
    ) {
        let square = kindred_gather_largest(squares, indices, rows, found.squares.start)
        let length = Double(square).squareRoot() * (1 + 0x1p-20)
        let range = length * longest + greatestOffset
        // No number of a row exceeds its length. Sums stay below 2³¹ · (1 − 2⁻⁶), which leaves room for what rounding
        // adds.
        let least = Float(max(range / scale * (1 + 0x1p-5) * 0x1p-31, length / 32767)).nextUp
        let rowScale = Double(
            kindred_pack_pairs(elements, indices, rows, depth, least, Int(KINDRED_PANEL), found.panels))
        let unit = rowScale * scale
        // Half a unit for each element, and a little for the rounding of quotients.
        let root = 0.505 * Double(depth).squareRoot()
        let error = root * (longest / scale + length / rowScale + root) + 1
        let slack = 2 * error * unit + (length * length + 2 * range) * 0x1p-21
        guard rowScale > 0, 2 * error + 1 < 0x1p30, unit > 0x1p-120, slack < 0x1p100 else {
            for word in 0..<Self.rowCount / 64 {
                let left = rows - word * 64
                found.doubtful[word] = left >= 64 ? .max : left > 0 ? 1 << UInt64(left) - 1 : 0
            }
            return
        }
        var next = kindred_expected_rows(rows: elements, indices: indices + rows, count: expected, depth: depth)
        kindred_greatest_scores(
            found.panels, (0..<rows).tileCount(size: Int(KINDRED_PANEL)), kindred_pair_count(depth), blocks, height,
            count, offsets, 1 / unit, &next, found.state)
        found.setBounds(
            rows, twiceUnit: Float(2 * unit), slack: Float(slack).nextUp, tolerance: UInt32(2 * error + 1))
    }
}

extension RowKernel {
    /// Takes rows out of the sums of their previous labels, where those are not negative, and adds them to the sums of
    /// their labels.
    ///
    /// - Parameters:
    ///   - sums: a row for each label. `[k × depth]`
    ///   - totals: how many rows each is of. `[k]`
    package static func moveRows(
        _ elements: UnsafePointer<Float>, depth: Int, _ changed: UnsafePointer<Int32>,
        from previous: UnsafePointer<Int32>, count: Int, to labels: UnsafePointer<Int32>,
        sums: UnsafeMutablePointer<Double>, totals: UnsafeMutablePointer<Double>
    ) {
        kindred_move_rows(elements, depth, changed, previous, count, labels, sums, totals)
    }

    /// Moves bounds of distances outwards as vectors moved.
    ///
    /// - Parameters:
    ///   - labels: the own vector of each row.
    ///   - movements: how far each vector moved.
    ///   - farthest: the vector that moved most, by `most`; the next moved by `next`.
    ///   - crossed: receives `first` + i for each row i whose bounds do not hold apart any more.
    /// - Returns: the number of those.
    @inline(__always)
    package static func loosenBounds(
        _ labels: UnsafePointer<Int32>, count: Int, movements: UnsafePointer<Float>, farthest: Int, most: Float,
        next: Float, upper: UnsafeMutablePointer<Float>, lower: UnsafeMutablePointer<Float>, first: Int,
        into crossed: UnsafeMutablePointer<Int32>
    ) -> Int {
        kindred_loosen_bounds(
            labels, count, movements, Int32(farthest), most, next, upper, lower, Int32(first), crossed)
    }
}
