/// An edge between two rows, as of a spanning tree.
///
/// Edges are in order of (weight, lower row, higher row), so that trees do not depend on how they were found.
public struct WeightedEdge: Sendable, Hashable, Comparable {
    /// The lower row.
    public let a: Int
    /// The higher row.
    public let b: Int
    /// How far apart the rows are, in units of the metric; not NaN.
    public let weight: Double

    /// An edge between two different rows.
    public init(_ a: Int, _ b: Int, weight: Double) {
        precondition(a != b, "an edge from row \(a) to itself")
        (self.a, self.b) = a < b ? (a, b) : (b, a)
        self.weight = weight
    }

    /// The order of (weight, lower row, higher row).
    public static func < (x: WeightedEdge, y: WeightedEdge) -> Bool { (x.weight, x.a, x.b) < (y.weight, y.a, y.b) }
}
