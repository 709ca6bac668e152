import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

@Suite struct HotClusterTests {
    /// Rows around some of five places.
    static func rows(_ places: [Int], count: Int, seed: UInt64) -> Matrix {
        var random = RandomSource(seed: seed)
        return Matrix(
            (0..<count).map { index in
                let place = Float(places[index % places.count])
                return [place * 40 + Float(random.normal()), place * place * 15 + Float(random.normal())]
            })
    }

    private func check(_ stream: some StreamingClusterer) throws {
        var monitor = try HotClusterMonitor(
            stream, tracker: HotClusterTracker(minimumShare: 0.05, separation: 3), interval: 1000)
        var events: [HotClusterEvent] = []
        for step in 0..<10 { events += try monitor.insert(Self.rows([0, 1, 2], count: 700, seed: UInt64(step))) }
        // What was there at first is known.
        #expect(events.isEmpty)
        #expect(monitor.tracker.known.count == 3)
        for step in 0..<10 { events += try monitor.insert(Self.rows([0, 1, 4], count: 700, seed: UInt64(50 + step))) }
        let born = try #require(events.first { $0.kind == .appeared })
        #expect(abs(born.centroid[0] - 160) < 5 && abs(born.centroid[1] - 240) < 5)
        // It has been noticed soon, and once.
        #expect(born.rowCount <= 9000 && born.rowCount > 7000)
        #expect(events.count { $0.kind == .appeared } == 1)
        let gone = try #require(events.first { $0.kind == .cooled })
        #expect(abs(gone.centroid[0] - 80) < 20 && gone.rowCount > born.rowCount, "\(gone)")
        #expect(events.count == 2 && gone.id != born.id)
        #expect(try #require(monitor.model).predict(Matrix([[160, 240]])).clusterCount > 0)
    }

    @Test("a new cluster is reported once it is hot, and one that fades when it has cooled")
    func drift() throws {
        try check(
            try StreamKMPlusPlus(clusterCount: 5, coresetSize: 50, halfLife: 800, seed: 1).stream())
        try check(
            try OnlineKMeans(clusterCount: 5, batchSize: 100, halfLife: 800, reassignmentRatio: 0.1, seed: 1)
                .stream())
    }

    @Test("a tracker is restored from JSON, and bad parameters are refused")
    func tracker() throws {
        var tracker = try HotClusterTracker(minimumShare: 0.2)
        var stream = try OnlineKMeans(clusterCount: 3, batchSize: 50).stream()
        try stream.insert(Self.rows([0, 1, 2], count: 600, seed: 1))
        _ = tracker.look(at: try stream.finish(), rowCount: 600)
        #expect(tracker.known.map(\.id) == [0, 1, 2])
        let restored = try JSONDecoder().decode(
            HotClusterTracker.self, from: JSONEncoder().encode(tracker))
        #expect(restored == tracker)
        #expect(throws: ClusteringError.self) { try HotClusterTracker(minimumShare: 0) }
        #expect(throws: ClusteringError.self) { try HotClusterTracker(separation: .nan) }
        #expect(throws: ClusteringError.self) { try HotClusterMonitor(stream, tracker: tracker, interval: 0) }
    }

    @Test("a batch that is refused changes nothing")
    func refusals() throws {
        var monitor = try HotClusterMonitor(
            OnlineKMeans(clusterCount: 2).stream(), tracker: HotClusterTracker(), interval: 2)
        #expect(try monitor.insert(Matrix([[1], [1]])).isEmpty)
        #expect(throws: ClusteringError.notFinite(row: 3, column: 0)) {
            try monitor.insert(Matrix([[1], [2], [3], [.nan]]))
        }
        #expect(monitor.stream.rowCount == 2)
    }
}
