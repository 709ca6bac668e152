import Tensor

/// A balanced k-d tree over rows of few dimensions.
///
/// Nodes are numbered as in a heap: node 1 is the root, node i has the children 2i and 2i + 1. All leaves lie on one level
/// and hold almost equally many points, at most ``leafCapacity``.
///
/// - Reference: Friedman, Bentley and Finkel, "An algorithm for finding best matches in logarithmic expected time", 1977,
///   doi:10.1145/355744.355745.
package struct KDTree: Sendable {
    /// Points of a leaf, at most; a multiple of 16. In more dimensions more nodes are looked at, and larger leaves pay.
    let leafCapacity: Int
    /// Beyond so many dimensions comparing all pairs by products is faster.
    static let mostDimensions = 8

    /// Whether a search over a tree is worth more than comparing all pairs, which is as quick for few rows.
    static func pays(_ data: PreparedRows) -> Bool { mayPay(data.metric, data.original.columns) && data.count > 1000 }

    /// Whether a search over a tree may be worth more.
    static func mayPay(_ metric: Metric, _ columns: Int) -> Bool {
        PairwiseKind(metric) == .euclidean && columns <= mostDimensions
    }

    let count: Int
    let dimensions: Int
    /// The number of levels above the leaves.
    let depth: Int
    /// The rows in the order of the leaves. `[n]`
    let rows: [Int32]
    /// The position of each leaf's first point, and at the end their number. `[leaves + 1]`
    let starts: [Int32]
    /// For each leaf the coordinates of its points, dimension by dimension, padded with ∞. `[leaves × d × capacity]`
    let leaves: [Float]
    /// The points in the order of the leaves. `[n × d]`
    let points: [Float]
    /// For each node and dimension the least and the greatest coordinate. `[nodes × d × 2]`
    let boxes: [Float]

    var leafCount: Int { 1 << depth }
    /// The number of the first leaf among the nodes; that of the last is one less than twice that.
    var firstLeaf: Int { 1 << depth }

    /// - Complexity: O(n · d · log n).
    package init(_ data: Matrix) {
        precondition((1...Self.mostDimensions).contains(data.columns), "a k-d tree of \(data.columns) dimensions")
        count = data.rows
        dimensions = data.columns
        let capacity = data.columns < 4 ? 32 : 64
        leafCapacity = capacity
        var depth = 0
        while data.rows > capacity << depth { depth += 1 }
        self.depth = depth
        var points = Array(data.elements)
        var rows = Array(0..<Int32(data.rows))
        let (n, d, leafCount) = (data.rows, data.columns, 1 << depth)
        var boxes = [Float](repeating: 0, count: 2 * leafCount * d * 2)
        var leaves = [Float](repeating: .infinity, count: leafCount * d * capacity)
        points.withUnsafeMutableBufferPointer { points in
            rows.withUnsafeMutableBufferPointer { rows in
                boxes.withUnsafeMutableBufferPointer { boxes in
                    leaves.withUnsafeMutableBufferPointer { leaves in
                        guard let points = points.baseAddress, let rows = rows.baseAddress,
                            let boxes = boxes.baseAddress, let leaves = leaves.baseAddress
                        else { return }
                        let builder = Builder(
                            points: points, rows: rows, boxes: boxes, leaves: leaves, dimensions: d,
                            firstLeaf: leafCount,
                            leafCapacity: capacity)
                        builder.build(all: 0..<n)
                    }
                }
            }
        }
        (self.points, self.rows, self.boxes, self.leaves) = (points, rows, boxes, leaves)
        starts = (0..<leafCount).map { Int32(Self.range(of: leafCount + $0, count: n).lowerBound) } + [Int32(n)]
    }

    /// The positions of the points under the node `node` of a level.
    static func range(of node: Int, count: Int) -> Range<Int> {
        var range = 0..<count
        // The bits of the number, below the highest, say which way to go.
        for bit in (0..<(Int.bitWidth - 1 - node.leadingZeroBitCount)).reversed() {
            let middle = (range.lowerBound + range.upperBound) / 2
            range = node >> bit & 1 == 0 ? range.lowerBound..<middle : middle..<range.upperBound
        }
        return range
    }
}

/// Puts points in the order of the leaves.
private struct Builder: @unchecked Sendable {
    let points: UnsafeMutablePointer<Float>
    let rows: UnsafeMutablePointer<Int32>
    let boxes: UnsafeMutablePointer<Float>
    let leaves: UnsafeMutablePointer<Float>
    let dimensions: Int
    let firstLeaf: Int
    let leafCapacity: Int

    /// The first levels are built one after another, the subtrees below side by side.
    func build(all: Range<Int>) {
        let top = min(5, firstLeaf.trailingZeroBitCount)
        for node in 1..<max(1, 1 << top) {
            let range = KDTree.range(of: node, count: all.count)
            bound(node, range)
            split(node, range)
        }
        let builder = self
        parallelFor(1 << top) { index in
            let node = 1 << top + index
            builder.build(node, KDTree.range(of: node, count: all.count))
        }
    }

    private func build(_ node: Int, _ range: Range<Int>) {
        bound(node, range)
        if node >= firstLeaf { return fill(node - firstLeaf, range) }
        split(node, range)
        let middle = (range.lowerBound + range.upperBound) / 2
        build(2 * node, range.lowerBound..<middle)
        build(2 * node + 1, middle..<range.upperBound)
    }

    private func bound(_ node: Int, _ range: Range<Int>) {
        let box = boxes + node * dimensions * 2
        for k in 0..<dimensions {
            var (low, high) = (Float.infinity, -Float.infinity)
            for position in range {
                let value = points[position * dimensions + k]
                low = min(low, value)
                high = max(high, value)
            }
            box[2 * k] = low
            box[2 * k + 1] = high
        }
    }

    private func fill(_ leaf: Int, _ range: Range<Int>) {
        let target = leaves + leaf * dimensions * leafCapacity
        for (place, position) in range.enumerated() {
            for k in 0..<dimensions { target[k * leafCapacity + place] = points[position * dimensions + k] }
        }
    }

    /// Halves a range at the median of the dimension in which the node is widest.
    private func split(_ node: Int, _ range: Range<Int>) {
        let box = boxes + node * dimensions * 2
        var widest = 0
        for k in 1..<max(1, dimensions)
        where box[2 * k + 1] - box[2 * k] > box[2 * widest + 1] - box[2 * widest] { widest = k }
        let target = (range.lowerBound + range.upperBound) / 2
        var (low, high) = (range.lowerBound, range.upperBound - 1)
        // Quickselect by Hoare's partition, which halves equal keys.
        while low < high {
            let pivot = median(key(low, widest), key((low + high) / 2, widest), key(high, widest))
            var (i, j) = (low, high)
            while i <= j {
                while key(i, widest) < pivot { i += 1 }
                while key(j, widest) > pivot { j -= 1 }
                if i <= j {
                    swap(i, j)
                    i += 1
                    j -= 1
                }
            }
            if target <= j { high = j } else if target >= i { low = i } else { return }
        }
    }

    @inline(__always)
    private func key(_ position: Int, _ dimension: Int) -> Float { points[position * dimensions + dimension] }

    private func median(_ a: Float, _ b: Float, _ c: Float) -> Float { max(min(a, b), min(max(a, b), c)) }

    @inline(__always)
    private func swap(_ i: Int, _ j: Int) {
        for k in 0..<dimensions {
            let value = points[i * dimensions + k]
            points[i * dimensions + k] = points[j * dimensions + k]
            points[j * dimensions + k] = value
        }
        (rows[i], rows[j]) = (rows[j], rows[i])
    }
}
