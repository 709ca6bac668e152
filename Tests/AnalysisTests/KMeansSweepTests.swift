import Analysis
import Clustering
import Synchronization
import Tensor
import Testing
import _TestSupport

@Suite struct KMeansSweepTests {
    /// `count` groups on distant corners, so that their number is beyond doubt.
    private func clearBlobs(_ count: Int, dimension: Int, seed: UInt64) -> Matrix {
        var random = RandomSource(seed: seed, stage: "clear blobs")
        // Corners of a grid of side 20, shuffled; groups have deviation 1.
        let side = Int(Double(count).squareRoot().rounded(.up))
        let corners = random.sample(count, outOf: side * side)
        var values: [Float] = []
        for row in 0..<count * 60 {
            let corner = corners[row % count]
            for j in 0..<dimension {
                let middle = j == 0 ? 20 * (corner / side) : j == 1 ? 20 * (corner % side) : 0
                values.append(Float(Double(middle) + random.normal()))
            }
        }
        return Matrix(rows: count * 60, columns: dimension, values: values)
    }

    @Test(arguments: [2, 3, 5, 8], [2, 20]) func clearGroupsGiveTheirNumber(count: Int, dimension: Int) throws {
        for seed: UInt64 in 0..<3 {
            let trials = try KMeansSweep(through: 20).run(clearBlobs(count, dimension: dimension, seed: seed))
            let decision = try ClusterCountChoice().choose(from: trials)
            #expect(decision.clusterCount == count, "\(decision)")
            #expect(decision.silhouette.clusterCount == count, "\(decision)")
        }
    }

    @Test(arguments: [1, 2, 5, 20], 0..<4) func uniformNoiseHasNoAnswer(dimension: Int, seed: UInt64) throws {
        let trials = try KMeansSweep(through: 20).run(uniformNoise(count: 600, dimension: dimension, seed: seed))
        let decision = try ClusterCountChoice().choose(from: trials)
        #expect(decision.clusterCount == nil, "\(decision)")
    }

    @Test(arguments: [2, 10], 0..<4) func oneNormalCloudHasNoAnswer(dimension: Int, seed: UInt64) throws {
        let trials = try KMeansSweep(through: 20).run(randomMatrix(rows: 600, columns: dimension, seed: seed))
        let decision = try ClusterCountChoice().choose(from: trials)
        #expect(decision.clusterCount == nil, "\(decision)")
    }

    @Test(arguments: [3, 6, 10]) func groupsThatTouchInManyDimensionsGiveTheirNumber(count: Int) throws {
        for seed: UInt64 in 0..<3 {
            let (points, _) = blobs(
                centers: count, count: 60, dimension: 64, spread: 12 / 32.0.squareRoot(), seed: seed)
            let decision = try ClusterCountChoice().choose(from: KMeansSweep(through: 20).run(points))
            // The silhouette is far below what textbooks ask for; the elbow still sees the groups.
            #expect(abs((decision.clusterCount ?? 0) - count) <= count / 10, "\(decision)")
        }
    }

    @Test func eachTrialHasItsScores() throws {
        let points = clearBlobs(4, dimension: 3, seed: 1)
        let trials = try KMeansSweep(from: 1, through: 9, step: 2, base: KMeans(clusterCount: 1, seed: 5)).run(points)
        #expect(trials.map(\.clusterCount) == [1, 3, 5, 7, 9])
        #expect(trials[0].silhouette == nil && trials[0].daviesBouldin == nil && trials[0].calinskiHarabasz == nil)
        for trial in trials.dropFirst() {
            let model = try KMeans(clusterCount: trial.clusterCount, seed: 5).fit(points)
            #expect(trial.inertia == model.inertia)
            #expect(trial.silhouette == (try Silhouette(points, labels: model.labels)?.mean))
            #expect(trial.daviesBouldin == (try DaviesBouldin.score(points, labels: model.labels)))
            #expect(trial.calinskiHarabasz == (try CalinskiHarabasz.score(points, labels: model.labels)))
            #expect(trial.seconds >= 0)
        }
        for (left, right) in zip(trials, trials.dropFirst()) { #expect(right.inertia < left.inertia) }
    }

    @Test func aSampleStandsForLargeData() throws {
        let points = clearBlobs(5, dimension: 3, seed: 2)
        let sampled = try KMeansSweep(from: 4, through: 6, silhouetteSampleSize: 100).run(points)
        let exact = try KMeansSweep(from: 4, through: 6, silhouetteSampleSize: nil).run(points)
        for (estimate, truth) in zip(sampled, exact) {
            let (a, b) = (try #require(estimate.silhouette), try #require(truth.silhouette))
            #expect(abs(a - b) < 0.1)
        }
    }

    @Test func directionsAreSweptByTheirCosine() throws {
        var random = RandomSource(seed: 3)
        let values = (0..<300).flatMap { row -> [Float] in
            let length = random.uniform(in: 0.5..<50)
            return (0..<3).map { Float(length * ((row % 3 == $0 ? 1 : 0) + 0.05 * random.normal())) }
        }
        let trials = try KMeansSweep(through: 12, base: KMeans(clusterCount: 1, metric: .cosine, restarts: 3))
            .run(Matrix(rows: 300, columns: 3, values: values))
        #expect(try ClusterCountChoice().choose(from: trials).clusterCount == 3)
    }

    @Test func identicalRowsAndOneRowHaveNoAnswer() throws {
        let same = try KMeansSweep(through: 4).run(Matrix(rows: 6, columns: 2, repeating: 3))
        #expect(same.map(\.inertia) == [0, 0, 0, 0])
        #expect(try ClusterCountChoice().choose(from: same).clusterCount == nil)
        let one = try KMeansSweep(through: 1).run(Matrix([[1, 2]]))
        #expect(try ClusterCountChoice().choose(from: one).clusterCount == nil)
    }

    @Test func badParametersAndDataAreRefused() {
        var data = Matrix(rows: 4, columns: 2, repeating: 1)
        for sweep in [
            KMeansSweep(from: 0, through: 2), KMeansSweep(from: 3, through: 2), KMeansSweep(through: 3, step: 0),
            KMeansSweep(through: 5), KMeansSweep(through: 2, silhouetteSampleSize: 1),
            KMeansSweep(through: 2, base: KMeans(clusterCount: 1, restarts: 0)),
        ] {
            #expect(throws: AnalysisError.self) { try sweep.run(data) }
        }
        #expect(throws: AnalysisError.emptyData(rows: 0, columns: 2)) {
            try KMeansSweep(through: 1).run(Matrix(rows: 0, columns: 2))
        }
        data[1, 1] = .nan
        #expect(throws: AnalysisError.notFinite(row: 1, column: 1)) { try KMeansSweep(through: 2).run(data) }
    }

    @Test func aHandlerCanStopTheSweep() {
        final class Counter: Sendable { let value = Atomic<Int>(0) }
        let counter = Counter()
        let handler = ProgressHandler { update in
            update.stage != "numbers of clusters" || counter.value.wrappingAdd(1, ordering: .relaxed).oldValue < 2
        }
        #expect(throws: AnalysisError.cancelled) {
            try KMeansSweep(through: 5).run(clearBlobs(3, dimension: 2, seed: 1), progress: handler)
        }
    }
}
