import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct KMeansSeedingTests {
    static func potential(_ points: Matrix, seeding: KMeans.Seeding, count: Int, seed: UInt64) throws -> Double {
        let prepared = PreparedRows(points, metric: .euclidean)
        let centroids = try KMeans(clusterCount: count, seeding: seeding, seed: seed).firstCentroids(
            prepared, weights: nil, restart: 0, progress: .none)
        return (0..<points.rows).reduce(0.0) { sum, row in
            let distances = (0..<count).map { Metric.euclidean.distance(prepared.rows.row(row), centroids.row($0)) }
            let nearest = distances.min() ?? 0
            return sum + nearest * nearest
        }
    }

    @Test("AFK-MC² and single-trial k-means++ draw seeds as good as scikit-learn's k-means++ without trials")
    func expectedPotential() throws {
        let reference = try KMeansFamilyReference.load()
        let points = Matrix(reference.points)
        func mean(_ seeding: KMeans.Seeding) throws -> Double {
            try (0..<60).map { try Self.potential(points, seeding: seeding, count: 15, seed: $0) }.reduce(0, +) / 60
        }
        expectClose(try mean(.plusPlus(trials: 1)), reference.plusPlusPotential, relativeTolerance: 0.05)
        expectClose(try mean(.markovChain(length: 200)), reference.plusPlusPotential, relativeTolerance: 0.07)
        // A chain of one row proposes by the first centroid alone; it must be worse than a long one.
        #expect(try mean(.markovChain(length: 1)) > 1.1 * mean(.markovChain(length: 200)))
    }

    @Test("seeds of a chain are different rows while rows differ", arguments: 0..<5)
    func chainRows(seed: UInt64) throws {
        let (points, _) = blobs(centers: 3, count: 20, dimension: 4, spread: 5, seed: seed)
        let prepared = PreparedRows(points, metric: .euclidean)
        let centroids = try KMeans(clusterCount: 60, seeding: .markovChain(length: 20), seed: seed).firstCentroids(
            prepared, weights: nil, restart: 0, progress: .none)
        #expect(Set((0..<60).map { Array(centroids.row($0)) }).count == 60)
    }

    @Test("identical rows satisfy a chain, too")
    func identicalRows() throws {
        let same = Matrix(rows: 12, columns: 2, repeating: 3)
        let model = try KMeans(clusterCount: 5, seeding: .markovChain()).fit(same)
        #expect(model.inertia == 0 && model.centroids.rows == 5)
        #expect(throws: ClusteringError.self) {
            try KMeans(clusterCount: 2, seeding: .markovChain(length: 0)).fit(same)
        }
    }
}
