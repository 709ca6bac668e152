import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct SpanningTreeTests {
    /// Prim's algorithm on the complete graph of mutual reachability, in double precision: the weights, ascending.
    private func naive(_ data: Matrix, _ metric: Metric, minimumSamples: Int) -> (weights: [Double], cores: [Double]) {
        let n = data.rows
        let distances = (0..<n).map { i in
            (0..<n).map { j in i == j ? 0 : metric.distance(data.row(i), data.row(j)) }
        }
        let cores = distances.map { $0.sorted()[minimumSamples - 1] }
        var best = [Double](repeating: .infinity, count: n)
        var isIn = [Bool](repeating: false, count: n)
        var (current, weights) = (0, [Double]())
        for _ in 1..<max(1, n) {
            isIn[current] = true
            for other in 0..<n where !isIn[other] {
                best[other] = min(best[other], max(distances[current][other], cores[current], cores[other]))
            }
            current = (0..<n).filter { !isIn[$0] }.min { best[$0] < best[$1] } ?? 0
            weights.append(best[current])
        }
        return (weights.sorted(), cores)
    }

    enum Shape: String, CaseIterable, Sendable {
        case groups, farGroups, uniform, grid, line, duplicates

        func rows() -> Matrix {
            switch self {
            case .groups: blobs(centers: 9, count: 70, dimension: 24, spread: 20, seed: 1).points
            // So far out that single precision cannot tell neighbours apart.
            case .farGroups: blobs(centers: 5, count: 60, dimension: 40, spread: 3000, deviation: 0.05, seed: 2).points
            case .uniform: randomMatrix(rows: 500, columns: 3, seed: 3, offset: 100)
            case .grid: Matrix((0..<400).map { [Float($0 / 20), Float($0 % 20)] })
            case .line: Matrix((0..<300).map { [Float($0 * $0)] })
            case .duplicates: randomMatrix(rows: 40, columns: 12, seed: 4).gatheringRows((0..<320).map { $0 * 7 % 40 })
            }
        }
    }

    @Test(
        "the tree has the weights of Prim's, whatever the number of samples", arguments: Shape.allCases, [1, 2, 5, 20])
    func prim(shape: Shape, minimumSamples: Int) throws {
        let data = shape.rows()
        for metric in [Metric.euclidean, .cosine] {
            let (weights, cores) = naive(data, metric, minimumSamples: minimumSamples)
            let tree = try MutualReachabilityTree(
                PreparedRows(data, metric: metric), minimumSamples: minimumSamples, progress: .none)
            #expect(tree.edges.count == data.rows - 1)
            // What is left of 1 − cos where rows are parallel is rounding.
            expectClose(
                tree.edges.map { metric.distance(ofComparable: $0.weight) }, weights, relativeTolerance: 1e-9,
                absoluteTolerance: 1e-12)
            expectClose(
                tree.cores.map { metric.distance(ofComparable: $0) }, cores, relativeTolerance: 1e-9,
                absoluteTolerance: 1e-12)
        }
    }

    @Test("few rows, and one thread or many, are no special cases", arguments: [1, 2, 3, 17, 130])
    func sizes(count: Int) throws {
        let data = randomMatrix(rows: count, columns: 6, seed: 5)
        let trees = try withThreadCounts {
            try MutualReachabilityTree(
                PreparedRows(data, metric: .euclidean), minimumSamples: min(3, count), progress: .none
            ).edges.map { "\($0)" }
        }
        #expect(trees.allSatisfy { $0 == trees[0] })
        #expect(trees[0].count == count - 1)
    }

    @Test(
        "in few dimensions the tree over a k-d tree is that of all pairs", arguments: [1, 2, 3, 5, 8], [1, 2, 5, 20])
    func treeSearch(dimension: Int, minimumSamples: Int) throws {
        let (points, _) = blobs(centers: 7, count: 200, dimension: dimension, spread: 12, seed: 6)
        let grid = Matrix(rows: points.rows, columns: dimension, values: points.elements.map { ($0 * 2).rounded() })
        for data in [points, grid] {
            let pairs = try MutualReachabilityTree(
                pairs: PreparedRows(data, metric: .euclidean), minimumSamples: minimumSamples, progress: .none)
            let runs = try withThreadCounts {
                try MutualReachabilityTree(KDTree(data), minimumSamples: minimumSamples, progress: .none)
            }
            #expect(runs[0].cores == pairs.cores)
            #expect(runs[0].edges.map(\.weight) == pairs.edges.map(\.weight))
            #expect(runs.allSatisfy { "\($0.edges)" == "\(runs[0].edges)" })
        }
    }

    @Test("very many rows that coincide take no longer than others")
    func coinciding() throws {
        let values = (0..<400_000).map { $0 % 2 == 0 ? Float($0 % 3) : 1 }
        let tree = try MutualReachabilityTree(
            PreparedRows(Matrix(rows: 200_000, columns: 2, values: values), metric: .euclidean), minimumSamples: 5,
            progress: .none)
        #expect(tree.edges.filter { $0.weight > 0 }.map { $0.weight } == [1, 1])
    }

    @Test("the public tree is in units of the metric, and refuses what it cannot do")
    func publicTree() throws {
        let data = Matrix([[0, 0], [3, 4], [3, 5], [10, 5]])
        let tree = try MinimumSpanningTree(data)
        #expect(
            tree.edges == [
                WeightedEdge(1, 2, weight: 1), WeightedEdge(0, 1, weight: 5), WeightedEdge(2, 3, weight: 7),
            ])
        #expect(try MinimumSpanningTree(data, minimumSamples: 2).coreDistances == [5, 1, 1, 7])
        #expect(try MinimumSpanningTree(Matrix([[1, 2]])).edges.isEmpty)
        for samples in [0, 5] {
            #expect(throws: ClusteringError.self) { try MinimumSpanningTree(data, minimumSamples: samples) }
        }
        #expect(throws: ClusteringError.cancelled) {
            try MinimumSpanningTree(data, progress: ProgressHandler { _ in false })
        }
    }
}
