import Tensor

extension HDBSCAN.Model {
    /// The rows at the heart of each cluster, ascending: of every smallest cluster within it those that reach its highest
    /// density. `[k]`
    ///
    /// A cluster of any form has exemplars along all of it, where a mean may lie outside.
    ///
    /// - Complexity: O(n).
    public var exemplars: [[Int]] {
        var result = [[Int]](repeating: [], count: clusters.count)
        for (row, cluster) in condensedTree.rowClusters.enumerated() {
            let leaf = condensedTree.clusters[cluster]
            guard leaf.children.isEmpty, condensedTree.rowLambdas[row] == leaf.death else { continue }
            let label = flat.clusterLabel(cluster)
            if label >= 0 { result[Int(label)].append(row) }
        }
        return result
    }

    /// How much each fitted row belongs to each cluster. `[n × k]`
    ///
    /// The sum of a row is how likely it belongs to any cluster at all: 1 in the midst of one, near 0 for a far outlier. How
    /// it is shared out depends on the distance to the nearest exemplar of each cluster, and on the density at which the row
    /// and the cluster come together.
    ///
    /// - Parameters:
    ///   - formula: how both are weighed.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Returns: numbers from 0 to 1; no columns where there are no clusters.
    /// - Throws: ``ClusteringError/cancelled``, or ``ClusteringError/parameter(name:value:valid:)`` for a fit of a graph without
    ///   its rows.
    /// - Complexity: O(n · e · d) time for e exemplars, O(n · k) memory for the result.
    /// - Note: Differs from the `hdbscan` package: see the page on HDBSCAN\*.
    public func memberships(
        _ formula: MembershipFormula = .even, progress: ProgressHandler = .none
    ) throws(ClusteringError) -> Matrix {
        guard !rows.areAbsent else {
            throw .parameter(
                name: "the rows", value: "not known to a fit of a graph",
                valid: "given to fit(_:of:), or as distances to memberships(of:)")
        }
        let places = labels.indices.map {
            Place(cluster: condensedTree.rowClusters[$0], lambda: condensedTree.rowLambdas[$0])
        }
        return try memberships(of: rows, at: places, formula, progress)
    }

    /// How much each row of `data` `[m × d]` belongs to each cluster. `[m × k]`
    ///
    /// A new row joins the hierarchy as in ``prediction(_:progress:)``; for a row that was fitted the result is that of
    /// ``memberships(_:progress:)``.
    ///
    /// - Parameters:
    ///   - data: the rows.
    ///   - formula: how distance and density are weighed.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Throws: ``ClusteringError`` for another number of features, values that are not finite, or when stopped.
    /// - Complexity: O(m · n · d) time, O(m · k) memory for the result.
    public func memberships(
        of data: Matrix, _ formula: MembershipFormula = .even, progress: ProgressHandler = .none
    ) throws(ClusteringError) -> Matrix {
        let queries = try prepared(data)
        return try memberships(of: queries, at: try places(of: queries, progress: progress), formula, progress)
    }

    private func memberships(
        of queries: PreparedRows, at places: [Place], _ formula: MembershipFormula, _ progress: ProgressHandler
    ) throws(ClusteringError) -> Matrix {
        let k = clusters.count
        guard k > 0, queries.count > 0 else { return Matrix(rows: queries.count, columns: k) }
        let joining = JoiningDensities(condensedTree, taken: clusters)
        let distances = ExemplarDistances(rows, exemplars: distinctExemplars)
        return try Matrix(rows: queries.count, columns: k) { result throws(ClusteringError) in
            nonisolated(unsafe) let result = result
            try distances.forEachRow(of: queries, progress: progress) { query, distances in
                let target = UnsafeMutableBufferPointer(rebasing: result[query * k..<(query + 1) * k])
                withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * k) { room in
                    let densities = UnsafeMutableBufferPointer(rebasing: room[..<k])
                    let weights = UnsafeMutableBufferPointer(rebasing: room[k...])
                    joining.fill(densities, cluster: places[query].cluster, lambda: places[query].lambda)
                    share(
                        densities: densities, distances: distances, weights: weights, place: places[query], formula,
                        into: target)
                }
            }
        }
    }

    /// The exemplars that distances need: of rows that coincide the lowest.
    private var distinctExemplars: [[Int]] {
        var isSeen = [Bool](repeating: false, count: condensedTree.clusters.count)
        return exemplars.map { rows in
            rows.filter { row in
                guard condensedTree.rowLambdas[row] == .infinity else { return true }
                defer { isSeen[condensedTree.rowClusters[row]] = true }
                return !isSeen[condensedTree.rowClusters[row]]
            }
        }
    }

    /// The memberships of one row.
    private func share(
        densities: UnsafeMutableBufferPointer<Double>, distances: UnsafeMutableBufferPointer<Double>,
        weights: UnsafeMutableBufferPointer<Double>, place: Place, _ formula: MembershipFormula,
        into target: UnsafeMutableBufferPointer<Float>
    ) {
        // Densities count as shares of what is reached around the row.
        let highest = densities.max() ?? 0
        let around = condensedTree.clusters[place.cluster].peak
        for label in densities.indices { densities[label] = Self.share(densities[label], of: around) }
        formula.weigh(distances: distances, densities: densities, into: weights)
        // The row belongs to some cluster as far as it does to the one that it joins first.
        let first = Self.share(highest, of: around)
        var (nearest, total) = (-1, 0.0)
        for label in weights.indices {
            total += weights[label]
            if densities[label] == first, nearest < 0 || weights[label] > weights[nearest] { nearest = label }
        }
        let peak = condensedTree.clusters[clusters[max(0, nearest)]].peak
        let whole = Self.share(highest, of: peak > 0 && place.lambda.isFinite ? max(peak, place.lambda) : peak)
        for label in weights.indices { target[label] = Float(weights[label] / total * whole) }
    }

    /// A density as a share of the highest finite one of a cluster. Rows that coincide reach all of it, and a cluster of
    /// nothing else is denser than anything.
    private static func share(_ density: Double, of peak: Double) -> Double {
        if density == .infinity { return 1 }
        return peak > 0 ? min(1, density / peak) : 0
    }
}
