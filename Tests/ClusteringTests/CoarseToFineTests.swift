import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct CoarseToFineTests {
    /// Themes far apart, in each a few topics, and some rows that belong to none.
    static func posts(_ count: Int, dimension: Int = 8, seed: UInt64 = 3) -> (rows: Matrix, topics: [Int]) {
        var random = RandomSource(seed: seed, stage: "posts")
        let themes = (0..<6).map { _ in (0..<dimension).map { _ in random.normal() * 30 } }
        let topics = (0..<18).map { index in themes[index / 3].map { $0 + random.normal() * 4 } }
        var (values, labels) = ([Float](), [Int]())
        for row in 0..<count {
            let isNoise = row % 8 == 0
            let topic = Int(random.uniform(in: 0..<18))
            labels.append(isNoise ? -1 : topic)
            for j in 0..<dimension {
                let value =
                    isNoise ? themes[topic / 3][j] + random.normal() * 6 : topics[topic][j] + random.normal() * 0.4
                values.append(Float(value))
            }
        }
        return (Matrix(rows: count, columns: dimension, values: values), labels)
    }

    static let fine = HDBSCAN(minimumClusterSize: 10, minimumSamples: 5)
    static let coarse = CoarseKMeans(groupCount: 6, rowsPerGroup: 20, seed: 2)

    @Test("inside each group the clusters are those of the fine algorithm alone")
    func insideIsFine() throws {
        let (rows, _) = Self.posts(1500)
        let model = try CoarseToFine(inside: Self.fine, coarse: Self.coarse).fit(rows)
        #expect(model.groups.count == 6 && model.groups.allSatisfy(\.isHot))
        var clusters = 0
        for group in model.groups.indices {
            let members = model.rows(ofGroup: group)
            #expect(members.count == model.groups[group].rowCount)
            let alone = try Self.fine.fit(rows.gatheringRows(members))
            expectSamePartition(
                members.map { Int(model.labels.values[$0]) }, alone.labels.values.map { Int($0) })
            #expect(try model.fineModel(ofGroup: group)?.labels == alone.labels)
            clusters += alone.labels.clusterCount
        }
        // Labels are unique over groups, and numbered by size, then by the lowest row.
        #expect(model.labels.clusterCount == clusters && clusters > 6)
        #expect(model.labels.numberedBySize().labels == model.labels)
        for (label, members) in model.labels.members.enumerated() {
            #expect(members.allSatisfy { model.coarse.labels[$0] == model.origins[label].group })
        }
    }

    @Test("topics are found, and new rows go to them")
    func findsTopics() throws {
        let (rows, topics) = Self.posts(3000)
        // Some groups hold one topic only.
        let fine = HDBSCAN(
            minimumClusterSize: 20, minimumSamples: 5,
            selection: ClusterSelection(allowsSingleCluster: true, rootBirth: .firstLoss))
        let model = try CoarseToFine(inside: fine, coarse: Self.coarse).fit(rows)
        for members in model.labels.members where members.count > 60 {
            let counts = members.reduce(into: [Int: Int]()) { $0[topics[$1], default: 0] += 1 }
            #expect((counts.values.max() ?? 0) * 10 > members.count * 9)
        }
        #expect(model.labels.clusterCount >= 15)
        let (others, otherTopics) = Self.posts(400)
        let found = try model.predict(others)
        #expect(others.row(5).elementsEqual(rows.row(5)) && otherTopics[5] == topics[5])
        #expect(found.values == Array(model.labels.values.prefix(400)))
    }

    @Test("rows that were fitted are predicted as they were fitted, whatever the parts and the metric")
    func predictsTraining() throws {
        let (rows, _) = Self.posts(900)
        for metric in [Metric.euclidean, .cosine] {
            let coarse = CoarseKMeans(groupCount: 5, rowsPerGroup: 20, metric: metric)
            let fine = HDBSCAN(minimumClusterSize: 8, metric: metric)
            let inside = try CoarseToFine(inside: fine, coarse: coarse, hot: .hottest(3)).fit(rows)
            #expect(try inside.predict(rows) == inside.labels)
            let across = try CoarseToFine(
                across: HDBSCAN(minimumClusterSize: 200, metric: metric),
                coarse: CoarseKMeans(groupCount: 40, rowsPerGroup: 1, metric: metric)
            ).fit(rows)
            #expect(try across.predict(rows) == across.labels)
        }
        let coarse = CoarseKMeans(groupCount: 30, rowsPerGroup: 1)
        let dense = try CoarseToFine(inside: DBSCAN(eps: 1.5, minimumSamples: 4), coarse: coarse).fit(rows)
        #expect(dense.labels.clusterCount > 5)
        #expect(try dense.predict(rows) == dense.labels)
        let joined = try CoarseToFine(across: DBSCAN(eps: 15, minimumSamples: 80), coarse: coarse).fit(rows)
        #expect(joined.labels.clusterCount > 2)
        #expect(try joined.predict(rows) == joined.labels)
        let means = try CoarseToFine(
            coarse: MiniBatchKMeans(clusterCount: 6), inside: KMeans(clusterCount: 3, seed: 1)
        ).fit(rows)
        #expect(try means.predict(rows) == means.labels)
        #expect(means.labels.noiseCount == 0)
    }

    @Test("across, groups are joined as their weighted means are")
    func across() throws {
        let (rows, _) = Self.posts(2000)
        let coarse = CoarseKMeans(groupCount: 60, rowsPerGroup: 10, seed: 4)
        let fine = HDBSCAN(minimumClusterSize: 120, minimumSamples: 40)
        let model = try CoarseToFine(across: fine, coarse: coarse).fit(rows)
        let members = model.coarse.labels.members
        let means = Matrix(
            members.map { members in
                (0..<rows.columns).map { j in
                    Float(members.reduce(0.0) { $0 + Double(rows[$1, j]) } / Double(members.count))
                }
            })
        expectClose(model.means, means)
        let alone = try fine.fit(model.means, weights: members.map { Double($0.count) })
        let groupLabels = try #require(model.groupLabels)
        expectSamePartition(groupLabels.values.map { Int($0) }, alone.labels.values.map { Int($0) })
        for (row, group) in model.coarse.labels.values.enumerated() {
            #expect(model.labels.values[row] == groupLabels.values[Int(group)])
        }
        // Six themes, each of several groups.
        #expect(model.labels.clusterCount >= 4)
        #expect(model.origins.isEmpty)
        #expect(try model.fineModel(ofGroup: 0) == nil)
    }

    @Test("the heat of a group is its rows over their mean squared distance to the mean")
    func heat() throws {
        let (rows, _) = Self.posts(1200)
        for metric in [Metric.euclidean, .cosine] {
            let coarse = CoarseKMeans(groupCount: 8, rowsPerGroup: 20, metric: metric)
            let model = try CoarseToFine(inside: DBSCAN(eps: 2), coarse: coarse, hot: .covering(0.4)).fit(rows)
            for (group, described) in model.groups.enumerated() {
                let members = model.rows(ofGroup: group).map { row -> [Double] in
                    let values = rows.row(row).map { Double($0) }
                    let length = metric == .cosine ? values.reduce(0) { $0 + $1 * $1 }.squareRoot() : 1
                    return values.map { $0 / length }
                }
                let mean = (0..<rows.columns).map { j in
                    members.reduce(0.0) { $0 + $1[j] } / Double(members.count)
                }
                let square = members.reduce(0.0) { $0 + zip($1, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
                let heat = Double(members.count) / (square / Double(members.count))
                expectClose(described.heat, heat, relativeTolerance: 1e-5)
            }
            // The hottest that are needed are hot, and no colder ones.
            let hot = model.groups.filter(\.isHot)
            let covered = hot.reduce(0) { $0 + $1.rowCount }
            #expect(Double(covered) >= 0.4 * 1200)
            #expect(Double(covered - (hot.min { $0.heat < $1.heat }?.rowCount ?? 0)) < 0.4 * 1200)
            let coldest = hot.map(\.heat).min() ?? 0
            #expect(model.groups.filter { !$0.isHot }.allSatisfy { $0.heat <= coldest })
            for (row, group) in model.coarse.labels.values.enumerated() where !model.groups[Int(group)].isHot {
                #expect(model.labels[row] == nil)
            }
        }
        let one = try CoarseToFine(inside: Self.fine, coarse: Self.coarse, hot: .hottest(1)).fit(rows)
        #expect(one.groups.count { $0.isHot } == 1)
    }

    @Test("the number of threads changes nothing, also where some groups are large")
    func threads() throws {
        let (rows, _) = Self.posts(13_000, dimension: 4)
        // One group beyond the size from which groups are taken one after another.
        for groups in [1, 30] {
            let algorithm = CoarseToFine(
                inside: HDBSCAN(minimumClusterSize: 25, minimumSamples: 5), coarse: CoarseKMeans(groupCount: groups))
            let runs = try withThreadCounts { try algorithm.fit(rows) }
            #expect(runs.allSatisfy { $0.labels == runs[0].labels && $0.origins == runs[0].origins })
            #expect(runs[0].labels.clusterCount > 5)
        }
    }

    @Test("the groups of many rows come from mini-batches, of few from Lloyd's iterations")
    func coarseKMeans() throws {
        let (rows, _) = Self.posts(60_000, dimension: 2)
        let many = try CoarseKMeans(groupCount: 1000, rowsPerGroup: 10).fit(rows)
        #expect(many.centroids.rows == 1000)
        let few = try CoarseKMeans(groupCount: 10).fit(rows)
        #expect(few.centroids.rows == 10)
        // No worse than twice the cost of full k-means.
        let full = try KMeans(clusterCount: 10).fit(rows)
        #expect(few.inertia < 2 * full.inertia)
        #expect(try CoarseKMeans().fit(rows.rows(in: 0..<250)).centroids.rows == 2)
        #expect(try CoarseKMeans().fit(rows.rows(in: 0..<1)).labels.values == [0])
    }

    @Test("small groups, few rows and rows that coincide have an answer")
    func degenerate() throws {
        let coarse = CoarseKMeans(groupCount: 3, rowsPerGroup: 1)
        for count in 1...4 {
            let rows = randomMatrix(rows: count, columns: 2, seed: 5)
            let inside = try CoarseToFine(inside: Self.fine, coarse: coarse).fit(rows)
            #expect(inside.labels.noiseCount == count)
            #expect(try inside.predict(rows) == inside.labels)
            // K-means of more clusters than rows is not asked for.
            let means = try CoarseToFine(inside: KMeans(clusterCount: 5), coarse: coarse).fit(rows)
            #expect(means.labels.noiseCount == count)
            let across = try CoarseToFine(across: HDBSCAN(minimumClusterSize: 2), coarse: coarse).fit(rows)
            #expect(across.labels.count == count)
        }
        let same = Matrix(rows: 40, columns: 3, values: [Float](repeating: 2, count: 120))
        let model = try CoarseToFine(inside: DBSCAN(eps: 1), coarse: coarse).fit(same)
        #expect(model.labels.sizes.reduce(0, +) + model.labels.noiseCount == 40)
        #expect(model.groups.contains { $0.heat == .infinity })
        // Rows that the coarse step calls noise stay noise.
        let far = Matrix((0..<30).map { [Float($0 % 3), $0 == 29 ? 500 : 0] })
        let dense = try CoarseToFine(coarse: DBSCAN(eps: 2), inside: KMeans(clusterCount: 3)).fit(far)
        #expect(dense.labels.noiseCount == 1 && dense.labels[29] == nil)
        #expect(dense.labels.clusterCount == 3)
    }

    @Test("what cannot be done is refused with its reason, and the work can be stopped")
    func errors() throws {
        let (rows, _) = Self.posts(400)
        let algorithm = CoarseToFine(inside: Self.fine, coarse: Self.coarse)
        for hot in [HotGroups.hottest(0), .covering(0), .covering(1.5), .covering(.nan)] {
            #expect(throws: ClusteringError.self) { try CoarseToFine(inside: Self.fine, hot: hot).fit(rows) }
        }
        #expect(throws: ClusteringError.self) {
            try CoarseToFine(inside: Self.fine, minimumGroupSize: 0).fit(rows)
        }
        #expect(throws: ClusteringError.self) { try CoarseToFine(inside: HDBSCAN(minimumClusterSize: 1)).fit(rows) }
        #expect(throws: ClusteringError.self) {
            try CoarseToFine(inside: Self.fine, coarse: CoarseKMeans(groupCount: 0)).fit(rows)
        }
        #expect(throws: ClusteringError.emptyData(rows: 0, columns: 8)) {
            try algorithm.fit(Matrix(rows: 0, columns: 8))
        }
        var broken = rows
        broken[7, 2] = .nan
        #expect(throws: ClusteringError.notFinite(row: 7, column: 2)) { try algorithm.fit(broken) }
        let small = CoarseToFine(
            coarse: KMeans(clusterCount: 6), inside: KMeans(clusterCount: 399), minimumGroupSize: 2)
        do {
            _ = try small.fit(rows)
            Issue.record("k-means of 399 clusters in a group of fewer rows")
        } catch {
            #expect("\(error)".contains("in group") && "\(error)".contains("399"))
        }
        let model = try algorithm.fit(rows)
        #expect(throws: ClusteringError.dimension(expected: 8, found: 2)) { try model.predict(Matrix([[1, 2]])) }
        for stage in ["k-means", "clusters inside groups"] {
            #expect(throws: ClusteringError.cancelled) {
                try algorithm.fit(rows, progress: ProgressHandler { $0.stage != stage })
            }
        }
    }

    @Test("parameters can be saved, and those that do not fit together are refused")
    func codable() throws {
        let algorithm = CoarseToFine(across: Self.fine, coarse: Self.coarse, hot: .covering(0.25))
        let data = try JSONEncoder().encode(algorithm)
        #expect(try JSONDecoder().decode(CoarseToFine<CoarseKMeans, HDBSCAN>.self, from: data) == algorithm)
        // A clusterer that takes no weights cannot cluster means.
        let other = CoarseToFine(inside: OPTICS(minimumSamples: 5, maximumEps: 100), coarse: Self.coarse)
        let text = String(decoding: try JSONEncoder().encode(other), as: UTF8.self)
            .replacingOccurrences(of: "inside", with: "across")
        let wrong = try JSONDecoder().decode(CoarseToFine<CoarseKMeans, OPTICS>.self, from: Data(text.utf8))
        #expect(throws: ClusteringError.self) { try wrong.validate() }
        #expect(algorithm.memoryEstimate(rows: 2_000_000, columns: 64).bytes < 1_400_000_000)
    }
}
