/// How many ends of constraints are satisfied if a cluster of a ``CondensedTree`` is taken, and if it is not.
///
/// Each pair counts at both of its rows, so that what clusters satisfy can be added up over the tree, as stability can: a
/// must-link at rows that have the other one in their cluster, a cannot-link at rows that have not.
///
/// - Reference: Campello, Moulavi, Zimek and Sander, "A framework for semi-supervised and unsupervised optimal extraction of
///   clusters from hierarchies", 2013, doi:10.1007/s10618-013-0311-4.
struct LinkScores: Sendable {
    /// The ends that each cluster satisfies if it is taken.
    let taken: [Int]
    /// The ends satisfied at rows that fall out of a cluster before it falls apart, if none that they lie in is taken: they
    /// are noise then.
    let left: [Int]

    /// - Parameter rootThreshold: rows that leave the root below this density do not belong to it.
    /// - Complexity: O(c + p · depth of the tree) for c clusters and p pairs.
    init(_ tree: CondensedTree, _ constraints: LinkConstraints, rootThreshold: Double) {
        var taken = [Int](repeating: 0, count: tree.clusters.count)
        var left = taken
        func common(_ pair: LinkConstraints.Pair) -> Int {
            var (a, b) = (tree.rowClusters[pair.first], tree.rowClusters[pair.second])
            // Parents come before their children.
            while a != b {
                if a > b { a = tree.clusters[a].parent ?? 0 } else { b = tree.clusters[b].parent ?? 0 }
            }
            return a
        }
        func isOfRoot(_ row: Int) -> Bool { tree.rowLambdas[row] >= rootThreshold }
        var root = 0
        // Counted at the lowest cluster first, and then added up on the way to the root.
        for pair in Set(constraints.mustLink).sorted() {
            taken[common(pair)] += 2
            if isOfRoot(pair.first) && isOfRoot(pair.second) { root += 2 }
        }
        for pair in Set(constraints.cannotLink).sorted() {
            for row in [pair.first, pair.second] {
                taken[tree.rowClusters[row]] += 1
                left[tree.rowClusters[row]] += 1
            }
            taken[common(pair)] -= 2
            if !isOfRoot(pair.first) || !isOfRoot(pair.second) { root += 2 }
        }
        for (index, cluster) in tree.clusters.enumerated().reversed() {
            if let parent = cluster.parent { taken[parent] += taken[index] }
        }
        taken[0] = root
        self.taken = taken
        self.left = left
    }
}
