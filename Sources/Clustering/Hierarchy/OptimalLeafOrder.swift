import Tensor

extension Dendrogram {
    /// The order of leaves, among all that draw this tree without crossings, in which neighbouring rows are as similar as
    /// can be: the sum of the distances of rows next to each other is least. `[n]`
    ///
    /// Of an order and its mirror image the one that begins with the lower row is given. The trees of a forest come one
    /// after another. Differs from scipy's `optimal_leaf_ordering`, whose sum is often not the least.
    ///
    /// - Parameter data: the rows that the leaves are. `[n × d]`
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` when there are not as many rows as leaves,
    ///   ``ClusteringError/notFinite(row:column:)``, ``ClusteringError/cancelled``.
    /// - Complexity: O(n² · (n + d)) time at worst; memory of 8 · n² bytes, and half as much for distances.
    /// - Reference: Bar-Joseph, Gifford, Jaakkola, "Fast optimal leaf ordering for hierarchical clustering", 2001,
    ///   doi:10.1093/bioinformatics/17.suppl_1.S22.
    public func optimalLeafOrder(
        of data: Matrix, metric: Metric = .euclidean, progress: ProgressHandler = .none
    ) throws(ClusteringError) -> [Int] {
        try requireRows(data)
        let rows = PreparedRows(data, metric: metric)
        return try optimalLeafOrder(progress: progress) { i, j in
            metric.distance(ofComparable: rows.exactComparable(i, rows, j))
        }
    }

    /// Throws unless each leaf has a row of finite numbers.
    func requireRows(_ data: Matrix) throws(ClusteringError) {
        guard data.rows == leafCount else {
            throw .parameter(
                name: "data", value: "\(data.rows) rows", valid: "a row for each of the \(leafCount) leaves")
        }
        if let (row, column) = data.firstNonFinite() { throw .notFinite(row: row, column: column) }
    }

    /// As above, for any distance.
    func optimalLeafOrder(
        progress: ProgressHandler, distance: (Int, Int) -> Double
    ) throws(ClusteringError) -> [Int] {
        guard leafCount > 0 else { return [] }
        var table = LeafPathTable(self)
        let watch = Watch(progress, "leaf order", merges.count)
        for index in merges.indices {
            table.fill(node: leafCount + index, distance)
            watch.add(1)
            if watch.isStopped { throw .cancelled }
        }
        return roots.flatMap { table.bestOrder(root: $0, distance) }
    }
}

/// For every two leaves the least sum of distances along an order of the leaves under their lowest common node that begins
/// with the one and ends with the other.
///
/// Leaves are told by their place in the plain order, where each node has a range of them.
private struct LeafPathTable {
    private let tree: Dendrogram
    private let order: [Int]
    private let starts: [Int]
    /// `[n × n]`, symmetric. The least sums of both sides of the diagonal are filled, so that all reading is along rows.
    private var sums: [Double]

    init(_ tree: Dendrogram) {
        self.tree = tree
        order = tree.leafOrder
        starts = tree.leafStarts(order)
        sums = [Double](repeating: 0, count: tree.leafCount * tree.leafCount)
    }

    private func range(_ node: Int) -> Range<Int> { starts[node]..<starts[node] + tree.leafCount(of: node) }

    /// Where an order of the leaves under `node` that has place `end` at one end may have its other end.
    private func farSide(of node: Int, from end: Int) -> Range<Int> {
        guard let (first, second) = tree.children(of: node) else { return range(node) }
        return range(first).contains(end) ? range(second) : range(first)
    }

    mutating func fill(node: Int, _ distance: (Int, Int) -> Double) {
        guard let (first, second) = tree.children(of: node) else { return }
        let (count, order) = (tree.leafCount, order)
        let (left, right) = (range(first), range(second))
        let width = right.count
        let distances = [Double](unsafeUninitializedCapacity: left.count * width) { buffer, initialized in
            nonisolated(unsafe) let target = buffer
            parallelFor(left.count) { row in
                for column in 0..<width {
                    target.initializeElement(
                        at: row * width + column,
                        to: distance(order[left.lowerBound + row], order[right.lowerBound + column]))
                }
            }
            initialized = left.count * width
        }
        let table = self
        sums.withUnsafeMutableBufferPointer { sums in
            distances.withUnsafeBufferPointer { distances in
                guard let sums = sums.baseAddress, let distances = distances.baseAddress else { return }
                nonisolated(unsafe) let (target, between) = (sums, distances)
                parallelFor(
                    left.count, scratch: { [Double](repeating: 0, count: width) }
                ) { position, reach in
                    let i = left.lowerBound + position
                    // The least sum from i over all of the left side to each leaf q of the right one.
                    for q in 0..<width { reach[q] = .infinity }
                    for h in table.farSide(of: first, from: i) {
                        let sum = target[i * count + h]
                        let row = between + (h - left.lowerBound) * width
                        for q in 0..<width { reach[q] = min(reach[q], sum + row[q]) }
                    }
                    reach.withUnsafeBufferPointer { reach in
                        guard let reach = reach.baseAddress else { return }
                        for j in right {
                            let far = table.farSide(of: second, from: j)
                            let least = leastSum(
                                target + j * count + far.lowerBound, reach + (far.lowerBound - right.lowerBound),
                                count: far.count)
                            target[i * count + j] = least
                            target[j * count + i] = least
                        }
                    }
                }
            }
        }
    }

    /// The best order of the leaves under a root, as rows.
    func bestOrder(root: Int, _ distance: (Int, Int) -> Double) -> [Int] {
        guard let (first, second) = tree.children(of: root) else { return [order[starts[root]]] }
        let count = tree.leafCount
        var best = (sum: Double.infinity, i: range(first).lowerBound, j: range(second).lowerBound)
        for i in range(first) {
            for j in range(second) where sums[i * count + j] < best.sum { best = (sums[i * count + j], i, j) }
        }
        var result: [Int] = []
        // Nodes still to be written from left to right, with the places at their ends.
        var stack = [(node: root, from: best.i, to: best.j)]
        while let (node, from, to) = stack.popLast() {
            guard let (first, second) = tree.children(of: node) else {
                result.append(order[from])
                continue
            }
            let (near, far) = range(first).contains(from) ? (first, second) : (second, first)
            var joint = (sum: Double.infinity, h: from, q: to)
            for h in farSide(of: near, from: from) {
                for q in farSide(of: far, from: to) {
                    let sum = sums[from * count + h] + distance(order[h], order[q]) + sums[to * count + q]
                    if sum < joint.sum { joint = (sum, h, q) }
                }
            }
            stack.append((far, joint.q, to))
            stack.append((near, from, joint.h))
        }
        if let first = result.first, let last = result.last, last < first { result.reverse() }
        return result
    }
}

/// The least of a[i] + b[i].
@inline(__always)
private func leastSum(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
    var least = SIMD8<Double>(repeating: .infinity)
    var i = 0
    while i + 8 <= count {
        let sum =
            UnsafeRawPointer(a + i).loadUnaligned(as: SIMD8<Double>.self)
            + UnsafeRawPointer(b + i).loadUnaligned(as: SIMD8<Double>.self)
        least.replace(with: sum, where: sum .< least)
        i += 8
    }
    var result = least.min()
    while i < count {
        result = min(result, a[i] + b[i])
        i += 1
    }
    return result
}
