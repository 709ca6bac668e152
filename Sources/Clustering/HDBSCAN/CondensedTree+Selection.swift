/// Which clusters of a ``CondensedTree`` are taken.
public struct ClusterSelection: Sendable, Hashable, Codable {
    /// How clusters are taken.
    public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
        /// The clusters, none part of another, with the greatest sum of stabilities: few that last.
        case excessOfMass
        /// The clusters that do not fall apart any more: many small ones of like size.
        case leaf
    }

    /// How clusters are taken.
    public var method: Method
    /// Clusters that part at a distance below this are taken together; at least 0, in units of the metric.
    public var epsilon: Double
    /// Larger clusters are not taken, but what they fall apart into; `nil` for no limit.
    public var maximumClusterSize: Int?
    /// Whether all rows may be one cluster.
    public var allowsSingleCluster: Bool

    /// - Parameters:
    ///   - method: how clusters are taken.
    ///   - epsilon: clusters that part at a distance below this are taken together.
    ///   - maximumClusterSize: larger clusters are not taken.
    ///   - allowsSingleCluster: whether all rows may be one cluster.
    public init(
        _ method: Method = .excessOfMass, epsilon: Double = 0, maximumClusterSize: Int? = nil,
        allowsSingleCluster: Bool = false
    ) {
        self.method = method
        self.epsilon = epsilon
        self.maximumClusterSize = maximumClusterSize
        self.allowsSingleCluster = allowsSingleCluster
    }
}

extension CondensedTree {
    /// The clusters taken, ascending. None is part of another.
    ///
    /// - Complexity: O(c) for c clusters.
    /// - Reference: excess of mass: Campello et al. 2015; `epsilon`: Malzer and Baum, "A hybrid approach to hierarchical
    ///   density-based cluster selection", 2020, doi:10.1109/MFI49285.2020.9235263.
    public func selectedClusters(_ selection: ClusterSelection) -> [Int] {
        let most = selection.maximumClusterSize.map { Double($0) } ?? .infinity
        var isTaken: [Bool]
        switch selection.method {
        case .excessOfMass: isTaken = excessOfMass(most, withRoot: selection.allowsSingleCluster)
        case .leaf: isTaken = clusters.map { $0.children.isEmpty && $0.parent != nil && $0.weight <= most }
        }
        if selection.epsilon > 0 {
            for leaf in clusters.indices.reversed() where isTaken[leaf] {
                guard let place = joined(leaf, selection, most), place != leaf else { continue }
                isTaken[leaf] = false
                isTaken[place] = true
            }
        }
        dropNested(&isTaken)
        return isTaken.indices.filter { isTaken[$0] }
    }

    private func excessOfMass(_ most: Double, withRoot: Bool) -> [Bool] {
        var best = clusters.map(\.stability)
        var isTaken = [Bool](repeating: false, count: clusters.count)
        for cluster in clusters.indices.reversed() where cluster > 0 || withRoot {
            let parts = clusters[cluster].children.reduce(0) { $0 + best[$1] }
            if parts > best[cluster] || clusters[cluster].weight > most {
                best[cluster] = parts
            } else {
                isTaken[cluster] = true
            }
        }
        return isTaken
    }

    /// The cluster above (or the same) that does not part from others below `epsilon`.
    private func joined(_ cluster: Int, _ selection: ClusterSelection, _ most: Double) -> Int? {
        guard clusters[cluster].birth > 1 / selection.epsilon else { return nil }
        var place = cluster
        while let parent = clusters[place].parent, clusters[place].birth > 1 / selection.epsilon {
            if parent == 0 && !selection.allowsSingleCluster { break }
            if clusters[parent].weight > most { break }
            place = parent
        }
        return place
    }

    /// What lies within something taken is a part of it.
    private func dropNested(_ isTaken: inout [Bool]) {
        var isWithin = [Bool](repeating: false, count: clusters.count)
        for (index, cluster) in clusters.enumerated() {
            guard let parent = cluster.parent else { continue }
            isWithin[index] = isWithin[parent] || isTaken[parent]
            if isWithin[index] { isTaken[index] = false }
        }
    }
}
