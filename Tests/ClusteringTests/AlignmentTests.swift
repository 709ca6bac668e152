import Clustering
import Tensor
import Testing
import _TestSupport

@Suite("Carrying cluster ids over")
struct AlignmentTests {
    private struct Golden: Decodable {
        struct Labelling: Decodable {
            let previous: [Int]
            let current: [Int]
            let total: Double
        }
        struct Centroids: Decodable {
            let previous: [[Float]]
            let current: [[Float]]
            let pairs: Int
            let total: Double
        }
        let labellings: [Labelling]
        let centroids: [Centroids]
    }

    /// Labels of `count` rows, some of them noise.
    private static func randomLabels(_ count: Int, clusters: Int, seed: UInt64) -> ClusterLabels {
        var random = RandomSource(seed: seed, stage: "labels")
        return ClusterLabels((0..<count).map { _ in random.integer(below: clusters + 1) - 1 })
    }

    /// Later labels of the same rows: clusters renumbered, and some rows moved.
    private static func drifted(_ labels: ClusterLabels, share: Double, seed: UInt64) -> ClusterLabels {
        var random = RandomSource(seed: seed, stage: "drift")
        let names = random.permutation(of: labels.clusterCount + 2)
        return ClusterLabels(
            labels.values.map { value in
                if random.uniform() < share { return random.integer(below: names.count + 1) - 1 }
                return value < 0 ? -1 : Int(names[Int(value)])
            })
    }

    private static func parts(_ overlaps: [ClusterChanges.Overlap]) -> [[Double]] {
        overlaps.map {
            [Double($0.previous), Double($0.current), Double($0.rowCount), $0.shareOfPrevious, $0.shareOfCurrent]
        }
    }

    private static func births(_ changes: ClusterChanges) -> [[Int]] {
        changes.births.map { [$0.id, $0.rowCount, $0.newRowCount, $0.formerNoiseCount] }
    }

    @Test("assignments are worth as much as scipy's")
    func scipyAssignments() throws {
        for golden in try golden("alignment.json", as: Golden.self).labellings {
            let (previous, current) = (ClusterLabels(golden.previous), ClusterLabels(golden.current))
            let table = OverlapTable(current, places: Array(current.indices), previous: previous)
            let columns = SparseAssignment.columns(
                rowCount: previous.clusterCount, columnCount: current.clusterCount,
                pairs: table.cells.map { .init(row: $0.previous, column: $0.current, weight: Double($0.count)) })
            let chosen = columns.compactMap { $0 }
            #expect(Set(chosen).count == chosen.count)
            let total = table.cells.reduce(0) { $0 + (columns[$1.previous] == $1.current ? $1.count : 0) }
            #expect(Double(total) == golden.total)
        }
    }

    @Test("assignments are the best of all", arguments: 0..<60)
    func everyAssignment(seed: Int) {
        var random = RandomSource(seed: UInt64(seed), stage: "assignment")
        let (rows, columns) = (random.integer(below: 6), 1 + random.integer(below: 6))
        var weights = [Double](repeating: 0, count: rows * columns)
        for index in weights.indices where random.uniform() < 0.6 {
            // Few different weights, so that there are ties.
            weights[index] = Double(random.integer(below: 5))
        }
        let found = SparseAssignment.columns(
            rowCount: rows, columnCount: columns,
            pairs: weights.indices.map { .init(row: $0 / columns, column: $0 % columns, weight: weights[$0]) })
        func best(from row: Int, without taken: Set<Int>) -> Double {
            guard row < rows else { return 0 }
            let free = (0..<columns).filter { !taken.contains($0) }
            return free.reduce(best(from: row + 1, without: taken)) {
                max($0, weights[row * columns + $1] + best(from: row + 1, without: taken.union([$1])))
            }
        }
        let chosen = found.compactMap { $0 }
        #expect(Set(chosen).count == chosen.count && found.count == rows)
        var worth = 0.0
        for case (let row, let column?) in found.enumerated() { worth += weights[row * columns + column] }
        #expect(worth == best(from: 0, without: []))
    }

    @Test("the same groups keep their ids, whatever they are numbered")
    func renumbered() throws {
        let labels = Self.randomLabels(300, clusters: 6, seed: 1)
        let other = ClusterLabels(labels.values.map { $0 < 0 ? -1 : 5 - Int($0) })
        let alignment = try other.aligned(to: labels)
        #expect(alignment.labels == labels && alignment.nextID == 6)
        #expect(alignment.ids == [5, 4, 3, 2, 1, 0])
        #expect(alignment.changes.survivals.count == 6 && alignment.changes.churn == 0)
        #expect(alignment.changes.births.isEmpty && alignment.changes.deaths.isEmpty)
        #expect(alignment.changes.merges.isEmpty && alignment.changes.splits.isEmpty)
        #expect(alignment.changes.survivals.allSatisfy { $0.shareOfPrevious == 1 && $0.shareOfCurrent == 1 })
    }

    @Test("births, deaths, merges and splits are told with their rows")
    func transitions() throws {
        func labels(_ runs: [(Int, Int)]) -> ClusterLabels {
            ClusterLabels(runs.flatMap { Array(repeating: $0.0, count: $0.1) })
        }
        // 0 splits in 60 and 40; 1 and 2 merge; 3 dissolves; what was noise becomes a cluster; 4 stays.
        let previous = labels([(0, 100), (1, 50), (2, 30), (3, 20), (-1, 25), (4, 10)])
        let current = labels([(0, 60), (2, 40), (1, 80), (-1, 20), (3, 25), (4, 10)])
        let alignment = try current.aligned(to: previous)
        #expect(alignment.ids == [0, 1, 5, 6, 4] && alignment.nextID == 7)
        let changes = alignment.changes
        #expect(changes.survivals.map(\.current) == [0, 1, 4])
        #expect(changes.survivals[0].rowCount == 60 && changes.survivals[0].shareOfPrevious == 0.6)
        #expect(changes.splits.map(\.id) == [0] && changes.splits.map(\.rowCount) == [100])
        #expect(changes.splits.flatMap { Self.parts($0.parts) } == [[0, 0, 60, 0.6, 1], [0, 5, 40, 0.4, 1]])
        #expect(changes.merges.map(\.id) == [1] && changes.merges.map(\.rowCount) == [80])
        #expect(changes.merges.flatMap { Self.parts($0.parts) } == [[1, 1, 50, 1, 0.625], [2, 1, 30, 1, 0.375]])
        #expect(Self.births(changes) == [[6, 25, 0, 25]])
        #expect(changes.deaths.map { [$0.id, $0.rowCount, $0.goneRowCount, $0.noiseCount] } == [[3, 20, 0, 20]])
        #expect(changes.sharedRowCount == 235 && changes.keptRowCount == 120)
        expectClose(changes.churn, 115.0 / 235)
        // Ids of the dead only where that is asked for.
        let reusing = try ClusterAligner(reusesIDs: true).align(current, to: previous)
        #expect(reusing.ids == [0, 1, 2, 3, 4] && reusing.nextID == 5)
        #expect(reusing.changes.survivals.map(\.current) == [0, 1, 4] && reusing.changes.keptRowCount == 120)
        #expect(reusing.changes.births.map(\.id) == [3] && reusing.changes.deaths.map(\.id) == [3])
    }

    @Test("rows that come and go do not count against a cluster")
    func partlyOverlappingRows() throws {
        // Rows 0 ..< 60 before, 40 ..< 120 now; by then the groups are numbered the other way round.
        let before = Array(0..<60)
        let now = Array(40..<120)
        let previous = ClusterLabels(before.map { $0 % 3 })
        let current = ClusterLabels(now.map { $0 >= 100 ? 3 : 2 - $0 % 3 })
        let names = now.map { "row \($0)" }
        let alignment = try ClusterAligner().align(
            current, rows: names, to: previous, rows: before.map { "row \($0)" })
        #expect(alignment.ids == [2, 1, 0, 3])
        #expect(alignment.changes.sharedRowCount == 20 && alignment.changes.churn == 0)
        #expect(Self.births(alignment.changes) == [[3, 20, 20, 0]])
        #expect(alignment.changes.deaths.isEmpty)
        // Without any row in common all is new.
        let other = try ClusterAligner().align(
            current, rows: now.map { $0 + 1000 }, to: previous, rows: before)
        #expect(other.ids == [3, 4, 5, 6] && other.changes.deaths.map(\.goneRowCount) == [20, 20, 20])
        #expect(throws: ClusteringError.self) {
            try ClusterAligner().align(current, rows: names.map { _ in "one" }, to: previous, rows: ["a"])
        }
        #expect(throws: ClusteringError.self) {
            try ClusterAligner().align(current, rows: now, to: previous, rows: before.dropLast())
        }
    }

    @Test("an id that was given once is never given again")
    func chain() throws {
        let first = try ClusterLabels([0, 0, 0, 1, 1, 1]).aligned(to: ClusterLabels([0, 0, 0, 1, 1, 1]))
        let second = try ClusterLabels([0, 0, 0, -1, -1, -1]).aligned(to: first)
        #expect(second.changes.deaths.map(\.id) == [1] && second.nextID == 2)
        let third = try ClusterLabels([0, 0, 0, 1, 1, 1]).aligned(to: second)
        #expect(third.ids == [0, 2] && third.nextID == 3)
        // The labels alone do not know that there was a cluster 1.
        #expect(try ClusterLabels([0, 0, 0, 1, 1, 1]).aligned(to: second.labels).ids == [0, 1])
    }

    @Test("what is told adds up, and no order of rows changes it", arguments: 0..<40)
    func invariants(seed: Int) throws {
        let count = [0, 1, 2, 37, 400][seed % 5]
        let previous = Self.randomLabels(count, clusters: 1 + seed % 9, seed: UInt64(seed))
        let current = Self.drifted(previous, share: Double(seed % 7) / 6, seed: UInt64(seed))
        let alignment = try current.aligned(to: previous)
        let changes = alignment.changes
        let given = alignment.ids.compactMap { $0 }
        #expect(Set(given).count == given.count)
        for (cluster, size) in current.sizes.enumerated() { #expect((alignment.ids[cluster] == nil) == (size == 0)) }
        expectSamePartition(alignment.labels.values.map { Int($0) }, current.values.map { Int($0) })
        let same = current.indices.count { alignment.labels.values[$0] == previous.values[$0] }
        #expect(changes.keptRowCount == same && changes.sharedRowCount == count)
        // Each previous cluster lives on, is part of a merge, has split or is dead; each current one likewise.
        let lived = Set(changes.survivals.map(\.previous))
        let fates = lived.union(changes.merges.flatMap { $0.parts.map(\.previous) }).union(changes.splits.map(\.id))
        #expect(
            fates.union(changes.deaths.map(\.id)) == Set(previous.sizes.indices.filter { previous.sizes[$0] > 0 }))
        #expect(fates.isDisjoint(with: changes.deaths.map(\.id)))
        let origins = lived.union(changes.splits.flatMap { $0.parts.map(\.current) })
        #expect(origins.union(changes.births.map(\.id)) == Set(given))
        #expect(origins.isDisjoint(with: changes.births.map(\.id)))
        for merge in changes.merges { #expect(merge.parts.reduce(0) { $0 + $1.rowCount } <= merge.rowCount) }
        for split in changes.splits { #expect(split.parts.reduce(0) { $0 + $1.rowCount } <= split.rowCount) }
        var random = RandomSource(seed: UInt64(seed), stage: "order")
        let order = random.permutation(of: count).map { Int($0) }
        let shuffled = try ClusterLabels(order.map { current.values[$0] })
            .aligned(to: ClusterLabels(order.map { previous.values[$0] }))
        #expect(shuffled.changes == changes && shuffled.ids == alignment.ids)
        // Row names in place of places, where all rows are the same.
        let named = try ClusterAligner().align(
            current, rows: order, to: ClusterLabels(order.indices.map { previous.values[$0] }), rows: order)
        #expect(named == alignment)
    }

    @Test("a model's ids are carried over by what it says of the new rows")
    func models() throws {
        let (points, _) = blobs(centers: 5, count: 60, dimension: 4, spread: 60, seed: 3)
        let (early, late) = (points.rows(in: 0..<200), points.rows(in: 100..<300))
        let before = try KMeans(clusterCount: 5, seed: 1).fit(early)
        let after = try KMeans(clusterCount: 5, seed: 9).fit(late)
        let alignment = try ClusterAligner().align(after.labels, to: before, on: late)
        #expect(alignment.labels == (try before.predict(late)))
        let centroids = try CentroidAlignment(after.centroids, to: before.centroids)
        #expect(centroids.ids == alignment.ids.compactMap { $0 })
        #expect(centroids.births.isEmpty && centroids.deaths.isEmpty && centroids.nextID == 5)
    }

    @Test("centroids are paired as scipy pairs them, and not beyond a distance")
    func centroids() throws {
        for golden in try golden("alignment.json", as: Golden.self).centroids {
            let (previous, current) = (Matrix(golden.previous), Matrix(golden.current))
            let alignment = try CentroidAlignment(current, to: previous)
            #expect(alignment.survivals.count == golden.pairs)
            expectClose(alignment.survivals.reduce(0) { $0 + $1.distance }, golden.total, relativeTolerance: 1e-9)
            #expect(Set(alignment.ids).count == current.rows)
            #expect(alignment.births.count == current.rows - golden.pairs)
            #expect(alignment.deaths.count == previous.rows - golden.pairs)
            let near = try CentroidAlignment(current, to: previous, maximumDistance: 0.3, nextID: 100)
            #expect(near.survivals.allSatisfy { $0.distance <= 0.3 })
            #expect(near.births.allSatisfy { $0 >= 100 })
        }
        let none = try CentroidAlignment(Matrix(rows: 0, columns: 2), to: Matrix([[1, 2]]), previousIDs: [7])
        #expect(none.ids.isEmpty && none.deaths == [7] && none.nextID == 8)
        #expect(throws: ClusteringError.dimension(expected: 2, found: 1)) {
            try CentroidAlignment(Matrix([[1]]), to: Matrix([[1, 2]]))
        }
        #expect(throws: ClusteringError.self) {
            try CentroidAlignment(Matrix([[1], [2]]), to: Matrix([[1], [2]]), previousIDs: [3, 3])
        }
    }

    @Test("parameters outside their range and other numbers of rows are refused")
    func refused() {
        let labels = ClusterLabels([0, 1])
        for aligner in [
            ClusterAligner(matchShare: 0.4), ClusterAligner(minimumOverlap: 0), ClusterAligner(splitShare: 0.6),
        ] {
            #expect(throws: ClusteringError.self) { try aligner.align(labels, to: labels) }
        }
        #expect(throws: ClusteringError.self) { try labels.aligned(to: ClusterLabels([0])) }
        #expect(throws: ClusteringError.self) { try ClusterAligner().align(labels, to: labels, nextID: -1) }
        #expect(throws: ClusteringError.self) { try ClusterAligner().align(labels, to: labels, nextID: .max) }
    }
}
