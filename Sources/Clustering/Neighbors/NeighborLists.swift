/// The nearest rows of each of some queries, one list after another.
package struct NeighborLists: Sendable {
    /// The length of each list.
    package let k: Int
    /// Nearest first; equal distances by lower index. `[m × k]`
    package var indices: [Int32]
    /// Their distances in the metric's comparable form. `[m × k]`
    package var comparables: [Double]

    /// The number of lists, m.
    var count: Int { k == 0 ? 0 : indices.count / k }

    /// The comparable distance of a query's farthest neighbour.
    func last(_ query: Int) -> Double { comparables[(query + 1) * k - 1] }
}
