import Tensor

/// The nearest neighbours of some rows.
public struct Neighbors: Sendable {
    /// The neighbours of each query, nearest first; equal distances by lower index. `[m][k]`
    public let indices: [[Int]]
    /// Their distances. `[m][k]`
    public let distances: [[Float]]
}

/// Finds neighbours among rows that it holds.
public protocol NeighborIndex: Sendable {
    /// The number of rows held.
    var count: Int { get }

    /// The `k` nearest rows to each row of `queries` `[m × d]`; fewer when the index holds fewer.
    ///
    /// - Throws: ``ClusteringError`` for k < 1, another number of features, or values that are not finite.
    func nearest(_ k: Int, to queries: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Neighbors
}

extension NeighborIndex {
    /// As `nearest(_:to:progress:)`, without reporting progress.
    public func nearest(_ k: Int, to queries: Matrix) throws(ClusteringError) -> Neighbors {
        try nearest(k, to: queries, progress: .none)
    }
}
