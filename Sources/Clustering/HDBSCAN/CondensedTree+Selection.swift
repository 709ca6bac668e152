/// Which clusters of a ``CondensedTree`` are taken.
public struct ClusterSelection: Sendable, Hashable, Codable {
    /// How clusters are taken.
    public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
        /// The clusters, none part of another, with the greatest sum of stabilities: few that last.
        case excessOfMass
        /// The clusters that do not fall apart any more: many small ones of like size.
        case leaf
    }

    /// From which density on all rows together count as a cluster, where that may be one.
    public enum RootBirth: String, Sendable, Hashable, Codable, CaseIterable {
        /// From 0, as in the peers: all rows are one cluster more often than one would say, and of these only those belong
        /// to it that stay until it ends.
        case zero
        /// From that at which it has lost as many rows as make a cluster; these are noise, and who leaves later belongs to
        /// it, if weakly. For rows that were cut out of more, as by ``CoarseToFine``, which may be one cluster or several.
        case firstLoss
    }

    /// How clusters are taken.
    public var method: Method
    /// Clusters that part at a distance below this are taken together; at least 0, in units of the metric.
    public var epsilon: Double
    /// Larger clusters are not taken, but what they fall apart into; `nil` for no limit.
    public var maximumClusterSize: Int?
    /// Whether all rows may be one cluster.
    public var allowsSingleCluster: Bool
    /// From which density on they are.
    public var rootBirth: RootBirth

    /// - Parameters:
    ///   - method: how clusters are taken.
    ///   - epsilon: clusters that part at a distance below this are taken together.
    ///   - maximumClusterSize: larger clusters are not taken.
    ///   - allowsSingleCluster: whether all rows may be one cluster.
    ///   - rootBirth: from which density on they are.
    public init(
        _ method: Method = .excessOfMass, epsilon: Double = 0, maximumClusterSize: Int? = nil,
        allowsSingleCluster: Bool = false, rootBirth: RootBirth = .zero
    ) {
        self.method = method
        self.epsilon = epsilon
        self.maximumClusterSize = maximumClusterSize
        self.allowsSingleCluster = allowsSingleCluster
        self.rootBirth = rootBirth
    }
}

extension ClusterSelection {
    /// What was written before there was a choice of ``rootBirth`` is read as ``RootBirth/zero``.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        method = try values.decode(Method.self, forKey: .method)
        epsilon = try values.decode(Double.self, forKey: .epsilon)
        maximumClusterSize = try values.decodeIfPresent(Int.self, forKey: .maximumClusterSize)
        allowsSingleCluster = try values.decode(Bool.self, forKey: .allowsSingleCluster)
        rootBirth = try values.decodeIfPresent(RootBirth.self, forKey: .rootBirth) ?? .zero
    }
}

extension CondensedTree {
    /// The clusters taken, ascending. None is part of another.
    ///
    /// - Complexity: O(c) for c clusters.
    /// - Reference: excess of mass: Campello et al. 2015; `epsilon`: Malzer and Baum, "A hybrid approach to hierarchical
    ///   density-based cluster selection", 2020, doi:10.1109/MFI49285.2020.9235263.
    public func selectedClusters(_ selection: ClusterSelection) -> [Int] {
        selectedClusters(selection, LinkConstraints())
    }

    /// As ``selectedClusters(_:)``, but first of all so that as many constraints as possible are satisfied. Clusters that
    /// fall apart no more are taken nevertheless: noise is no way to separate rows.
    ///
    /// - Precondition: constraints are of rows of the tree.
    func selectedClusters(_ selection: ClusterSelection, _ constraints: LinkConstraints) -> [Int] {
        let links =
            constraints.isEmpty
            ? nil : LinkScores(self, constraints, rootThreshold: rootThreshold(selection))
        var choice = Choice(self, selection, links)
        if selection.epsilon > 0 { choice.joinBelowEpsilon() }
        return choice.taken
    }

    /// The density below which rows do not belong to the root, where that is taken.
    func rootThreshold(_ selection: ClusterSelection) -> Double {
        if selection.epsilon > 0 { return 1 / selection.epsilon }
        return selection.rootBirth == .zero ? clusters[0].death : firstLoss
    }
}

/// Which clusters are taken, while that is being found.
private struct Choice {
    private let clusters: [CondensedTree.Cluster]
    private let selection: ClusterSelection
    private let links: LinkScores?
    private let most: Double
    private var isTaken: [Bool]
    /// The most ends of constraints that can be satisfied within each cluster.
    private var bestLinks: [Int]

    /// From the leaves to the root: each cluster, or the best of its parts.
    init(_ tree: CondensedTree, _ selection: ClusterSelection, _ links: LinkScores?) {
        clusters = tree.clusters
        self.selection = selection
        self.links = links
        most = selection.maximumClusterSize.map { Double($0) } ?? .infinity
        isTaken = [Bool](repeating: false, count: clusters.count)
        bestLinks = links?.taken ?? isTaken.map { _ in 0 }
        var best = clusters.map(\.stability)
        if selection.rootBirth == .firstLoss { best[0] = tree.stabilityFromFirstLoss }
        for cluster in clusters.indices.reversed() where cluster > 0 || selection.allowsSingleCluster {
            let children = clusters[cluster].children
            let parts = children.reduce(0) { $0 + best[$1] }
            let linksOfParts = children.reduce(links?.left[cluster] ?? 0) { $0 + bestLinks[$1] }
            let partsAreBetter =
                if clusters[cluster].weight > most {
                    true
                } else if children.isEmpty {
                    // With nothing below it, the root is one cluster only by excess of mass.
                    cluster == 0 && selection.method == .leaf
                } else if linksOfParts != bestLinks[cluster] {
                    linksOfParts > bestLinks[cluster]
                } else {
                    selection.method == .leaf || parts > best[cluster]
                }
            if partsAreBetter {
                best[cluster] = parts
                bestLinks[cluster] = linksOfParts
            } else {
                isTaken[cluster] = true
            }
        }
    }

    /// Takes clusters together that part at a distance below epsilon, unless that would satisfy fewer constraints.
    mutating func joinBelowEpsilon() {
        for cluster in clusters.indices.reversed() where isTaken[cluster] {
            var place = cluster
            while let parent = clusters[place].parent, clusters[place].birth > 1 / selection.epsilon {
                if parent == 0 && !selection.allowsSingleCluster { break }
                if clusters[parent].weight > most { break }
                if let links, links.taken[parent] < bestLinks[parent] { break }
                place = parent
            }
            isTaken[cluster] = false
            isTaken[place] = true
        }
    }

    /// The clusters taken; what lies within one is a part of it.
    var taken: [Int] {
        var isWithin = [Bool](repeating: false, count: clusters.count)
        return clusters.indices.filter { index in
            if let parent = clusters[index].parent { isWithin[index] = isWithin[parent] || isTaken[parent] }
            return isTaken[index] && !isWithin[index]
        }
    }
}
