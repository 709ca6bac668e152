import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct MembershipTests {
    struct Reference: Decodable {
        struct Case: Decodable {
            let set: String
            let metric: Metric
            let minimumClusterSize: Int
            let minimumSamples: Int
            let method: ClusterSelection.Method
            let allowsSingleCluster: Bool
            let labels: [Int]
            let memberships: [[Float]]
            let rows: [[Float]]
            let joinsBelow: [Bool]
            let newMemberships: [[Float]]

            func fit(_ sets: [String: Matrix]) throws -> HDBSCAN.Model {
                try HDBSCAN(
                    minimumClusterSize: minimumClusterSize, minimumSamples: minimumSamples, metric: metric,
                    selection: ClusterSelection(method, allowsSingleCluster: allowsSingleCluster)
                ).fit(try #require(sets[set]))
            }

            /// The package's name for each of our clusters.
            func names(_ labels: ClusterLabels) -> [Int] {
                labels.members.map { rows in
                    let counts = rows.reduce(into: [Int: Int]()) { $0[self.labels[$1], default: 0] += 1 }
                    return counts.max { $0.value < $1.value }?.key ?? -1
                }
            }
        }
        let cases: [Case]
    }

    /// Whether a row comes together with several clusters at once: then the package takes any of them for the nearest, and
    /// only how its membership is shared out can be compared.
    func isBetween(_ tree: CondensedTree, _ clusters: [Int], _ cluster: Int) -> Bool {
        clusters.count { other in
            var place: Int? = other
            while let current = place, current != cluster { place = tree.clusters[current].parent }
            return place == cluster
        } > 1
    }

    func shares(_ row: some Collection<Float>) -> [Float] {
        let total = row.reduce(0, +)
        return row.map { total > 0 ? $0 / total : 0 }
    }

    @Test("memberships of fitted rows are the hdbscan package's")
    func agreesForFittedRows() throws {
        let sets = try ReferenceSets.load()
        for expected in try golden("hdbscan-memberships.json", as: Reference.self).cases {
            let model = try expected.fit(sets)
            let names = expected.names(model.labels)
            let memberships = try model.memberships()
            #expect(memberships.columns == names.count)
            let bridges = model.condensedTree.bridges
            var compared = 0
            for row in model.labels.indices where !bridges.contains(row) {
                let mine = Array(memberships.row(row))
                let theirs = names.map { expected.memberships[row][$0] }
                expectClose(shares(mine), shares(theirs), relativeTolerance: 1e-4, absoluteTolerance: 4e-5)
                #expect(mine.indices.max { mine[$0] < mine[$1] } == theirs.indices.max { theirs[$0] < theirs[$1] })
                if isBetween(model.condensedTree, model.clusters, model.condensedTree.rowClusters[row]) { continue }
                expectClose(mine, theirs, relativeTolerance: 1e-4, absoluteTolerance: 2e-5)
                compared += 1
            }
            #expect(compared > model.labels.count / 2)
        }
    }

    @Test("memberships of new rows are the hdbscan package's, where a row joins the cluster of its neighbour")
    func agreesForNewRows() throws {
        let sets = try ReferenceSets.load()
        var (compared, all) = (0, 0)
        for expected in try golden("hdbscan-memberships.json", as: Reference.self).cases {
            let model = try expected.fit(sets)
            let names = expected.names(model.labels)
            let new = Matrix(expected.rows)
            let memberships = try model.memberships(of: new, .decided)
            let labels = try model.predict(new)
            for row in 0..<new.rows {
                all += 1
                // Further out the package takes a row for one of the cluster that its neighbour falls out of.
                guard expected.joinsBelow[row] else { continue }
                let mine = Array(memberships.row(row))
                let theirs = names.map { expected.newMemberships[row][$0] }
                expectClose(shares(mine), shares(theirs), relativeTolerance: 2e-4, absoluteTolerance: 2e-4)
                if labels[row] != nil { expectClose(mine, theirs, relativeTolerance: 2e-4, absoluteTolerance: 2e-5) }
                compared += 1
            }
        }
        #expect(compared > all / 3, "\(compared) of \(all)")
    }

    /// The definition, row by row, in double precision and without products.
    func naive(_ model: HDBSCAN.Model, _ data: Matrix, _ row: Int, _ formula: MembershipFormula) -> [Double] {
        let tree = model.condensedTree
        func path(_ cluster: Int) -> [Int] {
            var result = [cluster]
            while let parent = tree.clusters[result[result.count - 1]].parent { result.append(parent) }
            return result
        }
        let (place, lambda) = (tree.rowClusters[row], tree.rowLambdas[row])
        let own = path(place)
        let heights = model.clusters.map { cluster -> Double in
            let other = path(cluster)
            if own.contains(cluster) || other.contains(place) { return lambda }
            guard let apart = other.last(where: { !own.contains($0) }) else { return lambda }
            return tree.clusters[apart].birth
        }
        let distances = model.exemplars.map { rows in
            rows.map { model.parameters.metric.distance(data.row(row), data.row($0)) }.min() ?? .infinity
        }
        let highest = tree.clusters[place].peak
        var weights = zip(heights, distances).map { height, distance -> Double in
            let ratio = highest / height
            switch formula {
            case .even: return exp(exp(-ratio)) / distance
            case .decided: return exp(2 * min(300, highest / max(1e-8, highest - height))) / distance.squareRoot()
            }
        }
        if distances.contains(0) { weights = distances.map { $0 == 0 ? 1 : 0 } }
        let total = weights.reduce(0, +)
        let top = heights.max() ?? 0
        let nearest = weights.indices.filter { heights[$0] == top }.max { weights[$0] < weights[$1] } ?? 0
        let whole = top / max(tree.clusters[model.clusters[nearest]].peak, lambda)
        return weights.map { $0 / total * whole }
    }

    func data(_ dimension: Int, _ count: Int) -> Matrix {
        let (points, _) = blobs(centers: 5, count: count / 5, dimension: dimension, spread: 9, seed: 3)
        let noise = randomMatrix(rows: count / 10, columns: dimension, seed: 4)
        return Matrix(concatenatingRows: [
            points, Matrix(rows: noise.rows, columns: dimension, values: noise.elements.map { $0 * 5 }),
        ])
    }

    @Test(
        "products give what the definition gives", arguments: [(2, 300), (17, 400)],
        [ClusterSelection.Method.excessOfMass, .leaf])
    func definition(shape: (Int, Int), method: ClusterSelection.Method) throws {
        let points = data(shape.0, shape.1)
        for metric in [Metric.euclidean, .cosine, .manhattan, .chebyshev] {
            let model = try HDBSCAN(
                minimumClusterSize: 6, minimumSamples: 3, metric: metric, selection: ClusterSelection(method)
            ).fit(points)
            #expect(model.clusters.count > 1)
            for formula in MembershipFormula.allCases {
                let runs = try withThreadCounts { try model.memberships(formula) }
                #expect(runs.allSatisfy { $0 == runs[0] })
                for row in 0..<points.rows {
                    expectClose(
                        runs[0].row(row).map { Double($0) }, naive(model, points, row, formula),
                        relativeTolerance: 1e-4,
                        absoluteTolerance: 1e-6)
                }
            }
        }
    }

    @Test("memberships lie in 0 … 1, and a row's sum is how likely it belongs anywhere")
    func bounds() throws {
        let points = data(6, 500)
        let model = try HDBSCAN(minimumClusterSize: 8, minimumSamples: 4).fit(points)
        let far = Matrix(rows: 3, columns: 6, values: (0..<18).map { Float($0 / 6 + 1) * 1e4 })
        for formula in MembershipFormula.allCases {
            let fitted = try model.memberships(formula)
            #expect(fitted.elements.allSatisfy { $0 >= 0 && $0 <= 1 })
            for row in 0..<points.rows { #expect(fitted.row(row).reduce(0, +) <= 1 + 1e-5) }
            // A row in the midst of its cluster belongs to it above all.
            for (label, rows) in model.exemplars.enumerated() {
                for row in rows { #expect(fitted[row, label] > 0.99) }
            }
            let outside = try model.memberships(of: far, formula)
            for row in 0..<3 { #expect(outside.row(row).reduce(0, +) < 1e-3) }
        }
    }

    @Test("rows that were fitted have the same memberships when they come as new ones", arguments: [2, 24])
    func fittedAsNew(dimension: Int) throws {
        let points = data(dimension, 400)
        for metric in [Metric.euclidean, .cosine] {
            let model = try HDBSCAN(minimumClusterSize: 8, minimumSamples: 4, metric: metric).fit(points)
            for formula in MembershipFormula.allCases {
                #expect(try model.memberships(of: points, formula) == model.memberships(formula))
            }
        }
    }

    @Test("the order of rows, their place and their scale change nothing")
    func invariances() throws {
        let points = data(12, 300)
        let algorithm = HDBSCAN(minimumClusterSize: 8, minimumSamples: 4)
        let model = try algorithm.fit(points)
        let expected = try model.memberships()
        var random = RandomSource(seed: 8)
        let order = random.permutation(of: points.rows)
        let moved = Matrix(rows: points.rows, columns: 12, values: points.elements.map { $0 * 1024 + 8 })
        for (other, rows) in [
            (try algorithm.fit(points.gatheringRows(order)), order), (try algorithm.fit(moved), Array(0..<points.rows)),
        ] {
            let found = try other.memberships()
            // Clusters of equal size may have changed places.
            let names = other.labels.members.map { model.labels[rows[$0[0]]] ?? 0 }
            for row in 0..<points.rows {
                expectClose(
                    found.row(row).map { $0 }, names.map { expected[rows[row], $0] }, relativeTolerance: 1e-3,
                    absoluteTolerance: 1e-5)
            }
        }
    }

    @Test("rows that coincide, one cluster, none, and no new rows have an answer")
    func degenerate() throws {
        let noise = try HDBSCAN(minimumClusterSize: 5).fit(Matrix([[1, 2], [3, 4]]))
        #expect(try noise.memberships().columns == 0 && noise.memberships().rows == 2)
        #expect(noise.exemplars.isEmpty)
        // Two heaps of equal rows, some rows around each, and one between them.
        let heaps = Matrix((0..<20).map { [Float($0 / 10) * 10] } + [[0.5], [1], [9], [9.5], [5]])
        let model = try HDBSCAN(minimumClusterSize: 5, minimumSamples: 3).fit(heaps)
        #expect(model.labels.sizes == [12, 12])
        #expect(model.probabilities.allSatisfy { $0 >= 0 && $0 <= 1 })
        #expect(model.probabilities[20] > 0.3 && model.probabilities[0] == 1)
        #expect(model.outlierScores[24] > 0.5 && model.outlierScores[20] < 0.5)
        for formula in MembershipFormula.allCases {
            let memberships = try model.memberships(formula)
            #expect(memberships.elements.allSatisfy { $0.isFinite && $0 >= 0 && $0 <= 1 })
            for row in 0..<24 {
                let label = try #require(model.labels[row])
                #expect(memberships[row, label] > memberships[row, 1 - label])
            }
            #expect(memberships[0, model.labels[0] ?? 0] == 1)
            #expect(try model.memberships(of: heaps, formula) == memberships)
            #expect(try model.memberships(of: Matrix(rows: 0, columns: 1), formula).rows == 0)
        }
        let same = Matrix(rows: 30, columns: 3, values: [Float](repeating: 2, count: 90))
        let one = try HDBSCAN(minimumClusterSize: 5, selection: ClusterSelection(allowsSingleCluster: true)).fit(same)
        #expect(try one.memberships() == Matrix(rows: 30, columns: 1, repeating: 1))
        #expect(one.exemplars == [Array(0..<30)])
    }

    @Test("what cannot be compared is refused, and the work can be stopped")
    func errors() throws {
        let model = try HDBSCAN(minimumClusterSize: 5).fit(data(3, 200))
        #expect(throws: ClusteringError.dimension(expected: 3, found: 2)) {
            try model.memberships(of: Matrix(rows: 1, columns: 2))
        }
        #expect(throws: ClusteringError.notFinite(row: 0, column: 1)) {
            try model.memberships(of: Matrix([[1, .infinity, 0]]))
        }
        let stop = ProgressHandler { $0.stage != "distances to exemplars" }
        #expect(throws: ClusteringError.cancelled) { try model.memberships(progress: stop) }
    }
}
