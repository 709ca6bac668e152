import Tensor

/// The edges of the minimum spanning tree of the rows, in no particular order.
///
/// - Throws: ``ClusteringError/cancelled``.
/// - Complexity: O(n² · d) time, O(n · d) memory.
func spanningTree(
    of data: Matrix, metric: Metric, progress: ProgressHandler
) throws(ClusteringError) -> [WeightedEdge] {
    let rows = PreparedRows(data, metric: metric)
    // Where squares overflow or vanish in single precision, products have nothing to tell.
    guard rows.fitsSinglePrecision else { return try spanningTreeByRows(rows, progress) }
    // Without core distances, mutual reachability is distance.
    return try MutualReachabilityTree(rows, minimumSamples: 1, progress: progress).weightedEdges(metric)
}

/// As ``spanningTree(of:metric:progress:)``, with all distances in double precision; among trees of equal weight, that of
/// the least edges in the order of ``WeightedEdge``.
///
/// - Complexity: O(n² · d) time, O(n) memory.
/// - Reference: Prim, "Shortest connection networks and some generalizations", 1957,
///   doi:10.1002/j.1538-7305.1957.tb01515.x.
package func spanningTreeByRows(
    _ rows: PreparedRows, _ progress: ProgressHandler
) throws(ClusteringError) -> [WeightedEdge] {
    let (count, metric) = (rows.count, rows.metric)
    let watch = Watch(progress, "spanning tree", max(0, count - 1))
    var edges: [WeightedEdge] = []
    // The rows outside the tree, each with the least edge into it.
    var outside = (1..<max(1, count)).map { OutsideRow(row: Int32($0)) }
    var newest = 0
    while !outside.isEmpty {
        let least = outside.withUnsafeMutableBufferPointer { outside in
            nonisolated(unsafe) let outside = outside
            let size = 256
            let tiles = parallelMap(outside.indices.tileCount(size: size)) { tile in
                let range = outside.indices.tile(tile, size: size)
                for index in range {
                    let comparable = rows.exactComparable(newest, rows, Int(outside[index].row))
                    outside[index].offer(comparable, from: Int32(newest))
                }
                return range.min { outside[$0] < outside[$1] } ?? range.lowerBound
            }
            return tiles.min { outside[$0] < outside[$1] } ?? 0
        }
        let joining = outside[least]
        outside.swapAt(least, outside.count - 1)
        outside.removeLast()
        edges.append(
            WeightedEdge(
                Int(joining.row), Int(joining.nearest), weight: metric.distance(ofComparable: joining.comparable)))
        newest = Int(joining.row)
        watch.add(1)
        if watch.isStopped { throw .cancelled }
    }
    return edges
}

/// A row outside the tree, with the least edge into it.
private struct OutsideRow: Comparable {
    let row: Int32
    private(set) var nearest: Int32 = -1
    private(set) var comparable = Double.infinity

    init(row: Int32) { self.row = row }

    mutating func offer(_ comparable: Double, from inside: Int32) {
        if comparable < self.comparable
            || (comparable == self.comparable && Self.ends(row, inside) < Self.ends(row, nearest))
        {
            nearest = inside
            self.comparable = comparable
        }
    }

    private static func ends(_ a: Int32, _ b: Int32) -> (Int32, Int32) { (min(a, b), max(a, b)) }

    static func < (x: OutsideRow, y: OutsideRow) -> Bool {
        if x.comparable != y.comparable { return x.comparable < y.comparable }
        return ends(x.row, x.nearest) < ends(y.row, y.nearest)
    }
}
