import Clustering
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct DBSCANTests {
    struct Reference: Decodable {
        struct Case: Decodable {
            let set: String
            let metric: Metric
            let eps: Double
            let minimumSamples: Int
            let labels: [Int]
            let cores: [Int]
        }
        let sets: [String: [[Float]]]
        let cases: [Case]
    }

    @Test("clusters, noise and core rows are scikit-learn's, also where distances equal eps")
    func agreesWithScikitLearn() throws {
        let reference = try golden("dbscan.json", as: Reference.self)
        for expected in reference.cases {
            let data = Matrix(try #require(reference.sets[expected.set]))
            let model = try DBSCAN(
                eps: expected.eps, minimumSamples: expected.minimumSamples, metric: expected.metric
            ).fit(data)
            expectSamePartition(model.labels.values.map { Int($0) }, expected.labels)
            #expect(model.coreRows == expected.cores)
        }
    }

    /// The definition, pair by pair.
    func naive(_ data: Matrix, _ parameters: DBSCAN) -> [Int] {
        func near(_ i: Int) -> [Int] {
            (0..<data.rows).filter {
                parameters.metric.distance(data.row(i), data.row($0)) <= parameters.eps || $0 == i
            }
        }
        let neighbors = (0..<data.rows).map(near)
        var labels = [Int](repeating: -1, count: data.rows)
        var next = 0
        for row in 0..<data.rows where labels[row] < 0 && neighbors[row].count >= parameters.minimumSamples {
            var stack = [row]
            while let member = stack.popLast() {
                guard labels[member] < 0 else { continue }
                labels[member] = next
                if neighbors[member].count >= parameters.minimumSamples { stack += neighbors[member] }
            }
            next += 1
        }
        return labels
    }

    @Test("agrees with the definition on random data of several tiles", arguments: [1, 2, 3], [2, 33])
    func agreesWithDefinition(seed: UInt64, dimension: Int) throws {
        let (points, _) = blobs(centers: 6, count: 90, dimension: dimension, spread: 14, seed: seed)
        for eps in [0.4, 0.8, 1.2].map({ $0 * Double(dimension).squareRoot() }) {
            let parameters = DBSCAN(eps: eps, minimumSamples: 6)
            let labels = try parameters.fit(points).labels
            expectSamePartition(labels.values.map { Int($0) }, naive(points, parameters))
        }
    }

    @Test(
        "a tree is searched in few dimensions, and gives what all pairs give", arguments: [1, 2, 3, 5, 8], [1, 4, 40])
    func trees(dimension: Int, minimumSamples: Int) throws {
        let (points, _) = blobs(centers: 9, count: 130, dimension: dimension, spread: 16, seed: 7)
        let grid = Matrix(rows: points.rows, columns: dimension, values: points.elements.map { $0.rounded() })
        for data in [points, grid] {
            for eps in [0.01, 0.3, 1, 2, 100] {
                // A column of zeros more: too many columns for a tree.
                var wide = Matrix(rows: data.rows, columns: 9)
                for row in 0..<data.rows { for column in 0..<dimension { wide[row, column] = data[row, column] } }
                let parameters = DBSCAN(eps: eps, minimumSamples: minimumSamples)
                let runs = try withThreadCounts { try parameters.fit(data) }
                let expected = try parameters.fit(wide)
                for model in runs {
                    #expect(model.labels == expected.labels)
                    #expect(model.coreRows == expected.coreRows)
                }
            }
        }
    }

    @Test("two hundred thousand rows that coincide are one cluster")
    func coinciding() throws {
        let model = try DBSCAN(eps: 0.5, minimumSamples: 10).fit(Matrix(rows: 200_000, columns: 2, repeating: 3))
        #expect(model.labels.sizes == [200_000])
    }

    @Test("the number of threads changes nothing, nor does the order of the rows change the core rows' clusters")
    func determinism() throws {
        let (points, _) = blobs(centers: 8, count: 300, dimension: 16, spread: 12, seed: 4)
        let threads = Parallelism.threadCount
        defer { Parallelism.threadCount = threads }
        let parameters = DBSCAN(eps: 4.2, minimumSamples: 5)
        let model = try parameters.fit(points)
        for threads in [1, 3, 8] {
            Parallelism.threadCount = threads
            #expect(try parameters.fit(points).labels == model.labels)
        }
        var random = RandomSource(seed: 1)
        let order = random.permutation(of: points.rows)
        let shuffled = try parameters.fit(points.gatheringRows(order))
        #expect(Set(shuffled.coreRows.map { order[$0] }) == Set(model.coreRows))
        let cores = Set(model.coreRows)
        let kept = order.indices.filter { cores.contains(order[$0]) }
        expectSamePartition(
            kept.map { Int(shuffled.labels.values[$0]) }, kept.map { Int(model.labels.values[order[$0]]) })
    }

    @Test("weights count like copies, in a tree and over all pairs", arguments: [2, 12])
    func weights(dimension: Int) throws {
        let (points, _) = blobs(centers: 5, count: 260, dimension: dimension, spread: 9, seed: 8)
        var random = RandomSource(seed: 2)
        let counts = (0..<points.rows).map { _ in Int(random.next() % 4) }
        let copies = counts.indices.flatMap { [Int](repeating: $0, count: counts[$0]) }
        for eps in [0.3, 0.7, 1.3].map({ $0 * Double(dimension).squareRoot() / 1.4 }) {
            let algorithm = DBSCAN(eps: eps, minimumSamples: 7)
            let runs = try withThreadCounts { try algorithm.fit(points, weights: counts.map { Double($0) }) }
            let expected = try algorithm.fit(points.gatheringRows(copies))
            for model in runs {
                #expect(model.labels == runs[0].labels)
                #expect(Set(model.coreRows) == Set(expected.coreRows.map { copies[$0] }))
            }
            // Rows of weight 0 may join others; clusters are compared where there are copies, but for border rows between
            // two clusters, which follow the numbers of core rows that copies change.
            let cores = Set(runs[0].coreRows)
            let kept = copies.indices.filter { cores.contains(copies[$0]) }
            expectSamePartition(
                kept.map { Int(runs[0].labels.values[copies[$0]]) }, kept.map { Int(expected.labels.values[$0]) })
        }
        let halves = [Double](repeating: 0.5, count: points.rows)
        let plain = try DBSCAN(eps: 0.5, minimumSamples: 4).fit(points)
        #expect(try DBSCAN(eps: 0.5, minimumSamples: 2).fit(points, weights: halves).labels == plain.labels)
        for bad in [[], [1], [Double](repeating: -1, count: points.rows)] {
            #expect(throws: ClusteringError.self) { try DBSCAN(eps: 1).fit(points, weights: bad) }
        }
    }

    @Test(
        "predicting the fitted rows gives their labels, and new rows follow the nearest core row", arguments: [2, 12])
    func prediction(dimension: Int) throws {
        let (points, _) = blobs(centers: 6, count: 220, dimension: dimension, spread: 7, seed: 4)
        let queries = Matrix(
            rows: 150, columns: dimension,
            values: randomMatrix(rows: 150, columns: dimension, seed: 9).elements.map { $0 * 5 })
        for metric in [Metric.euclidean, .cosine, .manhattan] {
            for scale in [0.2, 0.5, 1] {
                let eps = metric == .cosine ? scale * 0.02 : scale * Double(dimension).squareRoot()
                let parameters = DBSCAN(eps: eps, minimumSamples: 5, metric: metric)
                let model = try parameters.fit(points)
                #expect(try model.predict(points) == model.labels)
                let expected = (0..<queries.rows).map { query -> Int32 in
                    let near = model.coreRows.map { metric.distance(queries.row(query), points.row($0)) }
                    guard let least = near.min(), least <= eps else { return -1 }
                    return model.labels.values[model.coreRows[near.firstIndex(of: least) ?? 0]]
                }
                #expect(try model.predict(queries).values == expected)
            }
        }
        let model = try DBSCAN(eps: 0.5).fit(points)
        #expect(throws: ClusteringError.dimension(expected: dimension, found: 1)) {
            try model.predict(Matrix([[1]]))
        }
        #expect(throws: ClusteringError.self) {
            try model.predict(Matrix(rows: 1, columns: dimension, repeating: .nan))
        }
        let none = try DBSCAN(eps: 1e-6).fit(points)
        #expect(try none.predict(queries).noiseCount == queries.rows)
    }

    @Test("identical rows, one row and no dense row at all are fine")
    func degenerateData() throws {
        let same = Matrix(rows: 300, columns: 3, repeating: 7)
        #expect(try DBSCAN(eps: 0.1).fit(same).labels.sizes == [300])
        #expect(try DBSCAN(eps: 0.1, minimumSamples: 1).fit(Matrix([[1, 2]])).labels.values == [0])
        #expect(try DBSCAN(eps: 0.1).fit(Matrix([[1, 2]])).labels.noiseCount == 1)
    }

    @Test("what cannot be clustered is refused with the reason")
    func refusals() {
        let data = randomMatrix(rows: 20, columns: 2, seed: 1)
        for eps in [0, -1, Double.nan, .infinity] {
            #expect(throws: ClusteringError.self) { try DBSCAN(eps: eps).fit(data) }
        }
        #expect(throws: ClusteringError.self) { try DBSCAN(eps: 1, minimumSamples: 0).fit(data) }
        #expect(throws: ClusteringError.emptyData(rows: 0, columns: 4)) {
            try DBSCAN(eps: 1).fit(Matrix(rows: 0, columns: 4))
        }
        #expect(throws: ClusteringError.cancelled) {
            try DBSCAN(eps: 1).fit(data, progress: ProgressHandler { _ in false })
        }
    }

    @Test("the knee of the k-distance curve separates clusters from noise")
    func kDistance() throws {
        var (points, _) = blobs(centers: 4, count: 100, dimension: 2, spread: 40, deviation: 0.3, seed: 5)
        var random = RandomSource(seed: 2)
        for row in 0..<40 { for column in 0..<2 { points[row * 10, column] = Float(random.uniform(in: -30..<30)) } }
        let curve = try KDistanceCurve(points, k: 4)
        #expect(curve.distances == curve.distances.sorted())
        let eps = try #require(curve.suggestedEps)
        let labels = try DBSCAN(eps: eps, minimumSamples: 5).fit(points).labels
        #expect(labels.clusterCount == 4)
        #expect((20...60).contains(labels.noiseCount))
        #expect(throws: ClusteringError.self) { try KDistanceCurve(points, k: 400) }
    }
}
