import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct KMeansScreenTests {
    /// Rows and their opposites, so that nothing is subtracted from them and centroids are those that rows were compared with.
    private func symmetric(_ rows: Int, _ columns: Int, factor: Float = 1) -> Matrix {
        let half = randomMatrix(rows: rows, columns: columns, seed: 6)
        var data = Matrix(rows: 2 * rows, columns: columns)
        for row in 0..<rows {
            for column in 0..<columns {
                data[row, column] = half[row, column] * factor
                data[row + rows, column] = -half[row, column] * factor
            }
        }
        return data
    }

    private func expectNearest(_ model: KMeans.Model, _ data: Matrix) {
        for row in 0..<data.rows {
            let distances = (0..<model.centroids.rows).map { index in
                zip(data.row(row), model.centroids.row(index)).reduce(0.0) {
                    $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
                }
            }
            // Sums of other order differ by less than this.
            #expect(distances[Int(model.labels.values[row])] <= (distances.min() ?? 0) * (1 + 1e-13))
        }
    }

    @Test(
        "labels are those of distances in double precision, after any number of iterations",
        arguments: [
            (1, 1, 1), (2, 1, 3), (20, 1, 7), (300, 3, 12), (700, 33, 29), (64, 5, 128), (1100, 16, 1), (90, 130, 17),
        ], [1, 2, 7])
    func nearest(shape: (rows: Int, columns: Int, clusters: Int), iterations: Int) throws {
        let data = symmetric(shape.rows, shape.columns)
        let model = try KMeans(
            clusterCount: shape.clusters, seeding: .random, maximumIterations: iterations, tolerance: 0, seed: 2
        ).fit(data)
        expectNearest(model, data)
        #expect(try model.predict(data).values == model.labels.values)
    }

    @Test(
        "so they are for very small and large numbers, and beside an outlier",
        arguments: [1e-18, 1e-9, 1e12] as [Float])
    func magnitudes(factor: Float) throws {
        var data = symmetric(400, 8, factor: factor)
        for row in [5, 405] { for column in 0..<8 { data[row, column] *= 1e6 } }
        let model = try KMeans(clusterCount: 11, maximumIterations: 5, tolerance: 0, seed: 3).fit(data)
        expectNearest(model, data)
    }

    @Test("copies of few rows, more clusters than distinct rows")
    func copies() throws {
        let few = randomMatrix(rows: 3, columns: 5, seed: 7)
        let data = Matrix((0..<3000).map { Array(few.row($0 % 3)) })
        let model = try KMeans(clusterCount: 5, seed: 1).fit(data)
        for row in 3..<3000 { #expect(model.labels.values[row] == model.labels.values[row % 3]) }
        #expect(model.inertia < 1e-9)
    }

    @Test(
        "centroids are the means of their rows, alike on any number of threads, where sums are kept in parts and where not",
        arguments: [(9000, 5, 12), (4099, 33, 40), (2500, 64, 150)], [1, 4])
    func sumsInParts(shape: (rows: Int, columns: Int, clusters: Int), iterations: Int) throws {
        let data = symmetric(shape.rows / 2, shape.columns)
        let threads = Parallelism.threadCount
        defer { Parallelism.threadCount = threads }
        let models = try [1, 2, 3, 8].map { threads in
            Parallelism.threadCount = threads
            return try KMeans(
                clusterCount: shape.clusters, seeding: .random, maximumIterations: iterations, tolerance: 0, seed: 4
            ).fit(data)
        }
        for model in models {
            #expect(model.labels == models[0].labels)
            #expect(model.centroids == models[0].centroids)
            #expect(model.inertia == models[0].inertia)
        }
        expectNearest(models[0], data)
        // One iteration more from where these are moves them to the means of their rows.
        let next = try KMeans(
            clusterCount: shape.clusters, seeding: .given(models[0].centroids), maximumIterations: 1, tolerance: 0
        ).fit(data)
        expectNearest(next, data)
        let means = (0..<shape.clusters).map { cluster -> [Double] in
            let members = (0..<data.rows).filter { models[0].labels.values[$0] == Int32(cluster) }
            return (0..<shape.columns).map { column in
                members.reduce(0.0) { $0 + Double(data[$1, column]) } / Double(max(1, members.count))
            }
        }
        // Clusters may be numbered anew: each mean is one of the centroids.
        for mean in means {
            let nearest = (0..<shape.clusters).map { index in
                zip(next.centroids.row(index), mean).map { abs(Double($0) - $1) }.max() ?? 0
            }.min()
            #expect(nearest ?? 1 < 1e-6)
        }
    }
}
