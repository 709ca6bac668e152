import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct StreamKMPlusPlusTests {
    /// A stream into which all rows have come, in batches of the given sizes by turns.
    static func stream(
        _ parameters: StreamKMPlusPlus, _ data: Matrix, weights: [Double]? = nil, batches: [Int] = [1000]
    ) throws -> StreamKMPlusPlus.Stream {
        var stream = try parameters.stream()
        var (first, turn) = (0, 0)
        while first < data.rows {
            let part = first..<min(data.rows, first + batches[turn % batches.count])
            try stream.insert(data.rows(in: part), weights: weights.map { Array($0[part]) })
            first = part.upperBound
            turn += 1
        }
        return stream
    }

    /// The weight, the sum and the sum of squares of rows, in double precision.
    static func moments(_ data: Matrix, _ weights: [Double]) -> (weight: Double, sum: [Double], squares: Double) {
        var (sum, squares) = ([Double](repeating: 0, count: data.columns), 0.0)
        for row in 0..<data.rows {
            for (column, value) in data.row(row).enumerated() {
                sum[column] += weights[row] * Double(value)
                squares += weights[row] * Double(value) * Double(value)
            }
        }
        return (weights.reduce(0, +), sum, squares)
    }

    static func expectMoments(_ coreset: Coreset, _ data: Matrix, _ weights: [Double]) {
        let (weight, sum, squares) = moments(data, weights)
        expectClose(coreset.totalWeight, weight, relativeTolerance: 1e-12)
        expectClose(coreset.totalSquares, squares, relativeTolerance: 1e-11)
        for (mine, exact) in zip(coreset.totalSum, sum) {
            expectClose(mine, exact, relativeTolerance: 1e-11, absoluteTolerance: 1e-11 * squares.squareRoot())
        }
    }

    @Test(
        "weight, sum and sum of squares are conserved, however often groups are merged",
        arguments: CoresetReducer.allCases, [Float(0), 300])
    func conservation(reducer: CoresetReducer, offset: Float) throws {
        let data = randomMatrix(rows: 5003, columns: 7, seed: 1, offset: offset)
        var random = RandomSource(seed: 2)
        let weights = (0..<5003).map { _ in Double(random.integer(below: 4)) * 0.75 }
        for merge in [2, 3, 4] {
            let parameters = StreamKMPlusPlus(
                clusterCount: 5, coresetSize: 40, mergeCount: merge, reducer: reducer, seed: 3)
            let plain = try Self.stream(parameters, data)
            Self.expectMoments(plain.summary, data, [Double](repeating: 1, count: data.rows))
            // Fixed memory: fewer than `merge` buckets of each level, and the rows that wait.
            #expect(plain.summary.count < 4 * merge * 40 + 12 * merge * 40)
            #expect(plain.summary.weights.allSatisfy { $0 > 0 } && plain.summary.squaredErrors.allSatisfy { $0 >= 0 })
            let weighted = try Self.stream(parameters, data, weights: weights)
            Self.expectMoments(weighted.summary, data, weights)
            #expect(weighted.rowCount == 5003)
        }
    }

    @Test("how rows are cut into batches changes no bit, nor does the number of threads")
    func batches() throws {
        let data = randomMatrix(rows: 4001, columns: 5, seed: 4)
        let parameters = StreamKMPlusPlus(clusterCount: 4, coresetSize: 30, halfLife: 900, seed: 1)
        let reference = try Self.stream(parameters, data).finish()
        for sizes in [[1], [4001], [7, 500, 1]] {
            #expect(try Self.stream(parameters, data, batches: sizes).finish() == reference)
        }
        for reducer in CoresetReducer.allCases {
            let parameters = StreamKMPlusPlus(clusterCount: 4, coresetSize: 30, reducer: reducer, seed: 1)
            let models = try withThreadCounts { try Self.stream(parameters, data).finish() }
            #expect(models.allSatisfy { $0 == models[0] })
        }
    }

    @Test("the cost at the end is the cost of the rows, or a little more")
    func honestCost() throws {
        let (far, _) = blobs(centers: 6, count: 800, dimension: 8, spread: 100, seed: 5)
        let parameters = StreamKMPlusPlus(clusterCount: 6, coresetSize: 120, seed: 2)
        let model = try Self.stream(parameters, far).finish()
        // No group straddles a border.
        expectClose(model.cost, try model.cost(of: far), relativeTolerance: 1e-6)
        let (near, _) = blobs(centers: 6, count: 800, dimension: 8, spread: 2, seed: 5)
        let other = try Self.stream(parameters, near).finish()
        let exact = try other.cost(of: near)
        #expect(other.cost >= exact && other.cost < 1.25 * exact)
        expectClose(other.totalWeight, 4800, relativeTolerance: 1e-12)
    }

    @Test(
        "the cost is within two percent of batch k-means++, in the median over seeds",
        arguments: CoresetReducer.allCases)
    func cost(reducer: CoresetReducer) throws {
        let (data, _) = blobs(centers: 20, count: 400, dimension: 6, spread: 12, seed: 6)
        func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
        let batch = median(try (0..<9).map { try KMeans(clusterCount: 20, seed: UInt64($0)).fit(data).inertia })
        let stream = median(
            try (0..<9).map {
                let parameters = StreamKMPlusPlus(
                    clusterCount: 20, coresetSize: 400, reducer: reducer, seed: UInt64($0))
                return try Self.stream(parameters, data).finish().cost(of: data)
            })
        #expect(stream <= 1.02 * batch)
    }

    @Test("blobs far apart are found in any order of arrival", arguments: CoresetReducer.allCases)
    func order(reducer: CoresetReducer) throws {
        let (data, truth) = blobs(centers: 7, count: 300, dimension: 4, spread: 80, seed: 8)
        let parameters = StreamKMPlusPlus(clusterCount: 7, coresetSize: 50, reducer: reducer, seed: 1)
        // Blob after blob, and mixed.
        let sorted = (0..<data.rows).sorted { (truth[$0], $0) < (truth[$1], $1) }
        for order in [Array(0..<data.rows), sorted] {
            let model = try Self.stream(parameters, data.gatheringRows(order)).finish()
            expectSamePartition(try model.predict(data).values.map { Int($0) }, truth)
            for weight in model.weights { expectClose(weight, 300, relativeTolerance: 1e-9) }
        }
    }

    @Test("a weight is as good as copies; rows of weight 0 vanish")
    func weights() throws {
        let (data, _) = blobs(centers: 5, count: 100, dimension: 3, spread: 40, seed: 9)
        var random = RandomSource(seed: 4)
        let counts = (0..<500).map { _ in random.integer(below: 4) }
        let (rows, _) = copies(of: data, counts)
        // No reduction: the groups are the rows, and k-means does the rest.
        let parameters = StreamKMPlusPlus(clusterCount: 5, coresetSize: 2000, seed: 2)
        let weighted = try Self.stream(parameters, data, weights: counts.map { Double($0) }).finish()
        let copied = try Self.stream(parameters, rows).finish()
        expectClose(weighted.centroids, copied.centroids, relativeTolerance: 1e-5, absoluteTolerance: 1e-5)
        expectClose(weighted.cost, copied.cost, relativeTolerance: 1e-6)
        #expect(weighted.weights == copied.weights)
        #expect(
            try Self.stream(parameters, data, weights: counts.map { Double($0) }).summary.count
                == counts.count { $0 > 0 })
    }

    @Test("translation and scaling carry over to the centroids")
    func transformation() throws {
        let (data, _) = blobs(centers: 5, count: 200, dimension: 3, spread: 40, seed: 10)
        let parameters = StreamKMPlusPlus(clusterCount: 5, coresetSize: 60, seed: 2)
        let model = try Self.stream(parameters, data).finish()
        var scaled = data
        scaled.withUnsafeMutableBufferPointer { for index in $0.indices { $0[index] *= 8 } }
        let larger = try Self.stream(parameters, scaled).finish()
        let expected = (0..<15).map { model.centroids[$0 / 3, $0 % 3] * 8 }
        #expect(larger.centroids == Matrix(rows: 5, columns: 3, values: expected))
        var moved = data
        moved.withUnsafeMutableBufferPointer { for index in $0.indices { $0[index] += 1024 } }
        let other = try Self.stream(parameters, moved).finish()
        expectClose(
            other.centroids, model.centroids.subtractingFromRows([-1024, -1024, -1024]), relativeTolerance: 1e-5)
    }

    @Test("spherical streams group directions")
    func spherical() throws {
        let (points, truth) = blobs(centers: 4, count: 300, dimension: 10, spread: 20, seed: 9)
        var random = RandomSource(seed: 3)
        var data = points
        for row in 0..<points.rows {
            let factor = Float(random.uniform(in: 0.1..<50))
            for column in 0..<10 { data[row, column] *= factor }
        }
        let parameters = StreamKMPlusPlus(clusterCount: 4, metric: .cosine, coresetSize: 50, seed: 3)
        let model = try Self.stream(parameters, data).finish()
        expectSamePartition(try model.predict(data).values.map { Int($0) }, truth)
        expectClose(model.centroids.rowNorms(), [1, 1, 1, 1])
        expectClose(model.cost, try model.cost(of: data), relativeTolerance: 1e-4)
    }

    @Test("merging conserves all, and its result depends on the order of merging alone", arguments: [nil, 700.0])
    func merging(halfLife: Double?) throws {
        let data = randomMatrix(rows: 3500, columns: 4, seed: 12)
        let parameters = StreamKMPlusPlus(clusterCount: 4, coresetSize: 30, halfLife: halfLife, seed: 1)
        let parts = try [0..<900, 900..<950, 950..<3500].map { try Self.stream(parameters, data.rows(in: $0)) }
        func merged() throws -> StreamKMPlusPlus.Stream {
            var all = parts[0]
            for part in parts.dropFirst() { try all.merge(part) }
            return all
        }
        let results = try withThreadCounts { try merged() }
        #expect(results.allSatisfy { $0.summary == results[0].summary })
        #expect(results[0].rowCount == 3500)
        // All parts end at the same time.
        let weights = [900, 50, 2550].flatMap { count in
            (0..<count).map { row in halfLife.map { exp2(Double(row + 1 - count) / $0) } ?? 1 }
        }
        Self.expectMoments(results[0].summary, data, weights)
        var empty = try parameters.stream()
        try empty.merge(parts[0])
        #expect(try empty.finish() == parts[0].finish())
        // It goes on as others do.
        var all = results[0]
        try all.insert(data)
        #expect(all.rowCount == 7000)
        var other = try StreamKMPlusPlus(clusterCount: 5, coresetSize: 30, halfLife: halfLife).stream()
        #expect(throws: ClusteringError.self) { try other.merge(parts[0]) }
    }

    private func exp2(_ x: Double) -> Double { powerOfTwo(x) }

    @Test("with decay a row counts half after its half-life, and drift is followed")
    func decay() throws {
        let halfLife = 250.0
        let parameters = StreamKMPlusPlus(clusterCount: 3, coresetSize: 25, halfLife: halfLife, seed: 1)
        let data = randomMatrix(rows: 2600, columns: 3, seed: 5)
        let stream = try Self.stream(parameters, data)
        Self.expectMoments(
            stream.summary, data, (0..<2600).map { powerOfTwo(Double($0 - 2599) / halfLife) })
        // Three blobs, and then three others elsewhere.
        let (old, _) = blobs(centers: 3, count: 1000, dimension: 2, spread: 30, seed: 1)
        let (new, truth) = blobs(centers: 3, count: 1000, dimension: 2, spread: 30, seed: 2)
        var drifting = try Self.stream(parameters, old)
        for first in stride(from: 0, to: 3000, by: 500) { try drifting.insert(new.rows(in: first..<first + 500)) }
        let model = try drifting.finish()
        expectSamePartition(try model.predict(new).values.map { Int($0) }, truth)
    }

    @Test("a restored stream goes on byte for byte", arguments: [nil, 500.0])
    func snapshots(halfLife: Double?) throws {
        let data = randomMatrix(rows: 3000, columns: 6, seed: 7)
        let parameters = StreamKMPlusPlus(
            clusterCount: 4, coresetSize: 20, mergeCount: 3, halfLife: halfLife, seed: .max)
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("stream.safetensors").path
            for count in [0, 1, 1777] {
                var stream = try Self.stream(parameters, data.rows(in: 0..<count))
                try stream.save(to: path)
                var restored = try StreamKMPlusPlus.Stream(contentsOf: path)
                #expect(restored.rowCount == count && restored.parameters == parameters)
                try stream.insert(data)
                try restored.insert(data)
                #expect(try stream.finish() == restored.finish())
                let paths = ["a", "b"].map { directory.appendingPathComponent($0).path }
                try stream.save(to: paths[0])
                try restored.save(to: paths[1])
                #expect(try bytes(paths[0]) == bytes(paths[1]))
            }
        }
    }

    @Test("a snapshot that is cut, of another kind or with a weight that cannot be is refused")
    func brokenSnapshots() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("stream.safetensors").path
            let stream = try Self.stream(
                StreamKMPlusPlus(clusterCount: 2, coresetSize: 10), randomMatrix(rows: 900, columns: 2, seed: 1))
            try stream.save(to: path)
            let whole = try bytes(path)
            let cut = directory.appendingPathComponent("cut").path
            for length in [0, 7, 100, whole.count / 2, whole.count - 1] {
                try write(Array(whole.prefix(length)), to: cut)
                #expect(throws: TensorError.self) { try StreamKMPlusPlus.Stream(contentsOf: cut) }
            }
            var writer = SafetensorsWriter(metadata: ["format": "kindred model", "version": "1", "kind": "k-means"])
            writer.add([1], named: "x")
            try writer.write(to: cut)
            #expect(throws: TensorError.self) { try StreamKMPlusPlus.Stream(contentsOf: cut) }
        }
    }

    @Test("duplicates, fewer rows than clusters, one column and many are answered")
    func degenerateData() throws {
        let parameters = StreamKMPlusPlus(clusterCount: 4, coresetSize: 8, seed: 1)
        for reducer in CoresetReducer.allCases {
            let same = StreamKMPlusPlus(clusterCount: 4, coresetSize: 8, reducer: reducer, seed: 1)
            let model = try Self.stream(same, Matrix(rows: 3000, columns: 2, repeating: 2.5)).finish()
            #expect(model.cost == 0)
            expectClose(model.totalWeight, 3000)
            let three = Matrix((0..<3000).map { [Float($0 % 3), 1] })
            let few = try Self.stream(same, three).finish()
            #expect(try few.cost(of: three) < 1e-6)
        }
        var stream = try parameters.stream()
        #expect(throws: ClusteringError.emptyData(rows: 0, columns: 0)) { try stream.finish() }
        try stream.insert(Matrix(rows: 0, columns: 9))
        #expect(stream.dimension == nil)
        try stream.insert(Matrix([[1], [2], [3]]))
        #expect(throws: ClusteringError.tooFewRows(rows: 3, clusters: 4)) { try stream.finish() }
        try stream.insert(Matrix([[4]]))
        #expect(try stream.finish().cost == 0)
        let wide = randomMatrix(rows: 60, columns: 10_000, seed: 3)
        #expect(try Self.stream(parameters, wide).finish().centroids.columns == 10_000)
        // Rows that count nothing are none.
        var nothing = try parameters.stream()
        try nothing.insert(Matrix(rows: 9, columns: 1, repeating: 1), weights: [Double](repeating: 0, count: 9))
        #expect(throws: ClusteringError.emptyData(rows: 0, columns: 1)) { try nothing.finish() }
    }

    @Test("what cannot be inserted is refused, and nothing of it taken in")
    func refusals() throws {
        var stream = try StreamKMPlusPlus(clusterCount: 2, coresetSize: 8).stream()
        try stream.insert(randomMatrix(rows: 50, columns: 3, seed: 1))
        let before = stream.summary
        #expect(throws: ClusteringError.dimension(expected: 3, found: 2)) { try stream.insert(Matrix([[1, 2]])) }
        #expect(throws: ClusteringError.notFinite(row: 1, column: 2)) {
            try stream.insert(Matrix([[1, 2, 3], [1, 2, .nan]]))
        }
        #expect(throws: ClusteringError.parameter(name: "weights[0]", value: "-1.0", valid: "0 or a positive number")) {
            try stream.insert(Matrix([[1, 2, 3]]), weights: [-1])
        }
        #expect(throws: ClusteringError.cancelled) {
            try stream.insert(Matrix([[1, 2, 3]]), weights: nil, progress: ProgressHandler { _ in false })
        }
        #expect(stream.summary == before && stream.rowCount == 50)
        #expect(throws: ClusteringError.cancelled) { try stream.finish(progress: ProgressHandler { _ in false }) }
        #expect(throws: ClusteringError.dimension(expected: 3, found: 2)) {
            try stream.finish().predict(Matrix([[1, 2]]))
        }
        for bad in [
            StreamKMPlusPlus(clusterCount: 0), StreamKMPlusPlus(clusterCount: 9, coresetSize: 8),
            StreamKMPlusPlus(clusterCount: 2, mergeCount: 1), StreamKMPlusPlus(clusterCount: 2, halfLife: 0),
            StreamKMPlusPlus(clusterCount: 2, halfLife: .nan), StreamKMPlusPlus(clusterCount: 2, restarts: 0),
        ] {
            #expect(throws: ClusteringError.self) { try bad.stream() }
        }
    }
}
