import Kindred
import Testing

@Suite struct ReportSamplingTests {
    private let ids = (0..<1000).map { "id-\($0)" }
    private let clusters = (0..<5).map { cluster in
        Report.Cluster(
            medoids: (0..<4).map { cluster * 10 + $0 }, boundary: [Report.Boundary(row: 500 + cluster, neighbour: nil)])
    }

    @Test(arguments: [0, 1, 7, 25, 100, 999, 1000, 5000]) func `As many rows as asked for, ascending, none twice`(
        maximum: Int
    ) {
        let rows = Report.representativeRows(maximum: maximum, ids: ids, clusters: clusters)
        #expect(rows.count == min(maximum, ids.count))
        #expect(rows == Array(Set(rows)).sorted())
    }

    @Test func `First medoids come first, then second ones, then the boundary`() {
        #expect(Report.representativeRows(maximum: 5, ids: ids, clusters: clusters) == [0, 10, 20, 30, 40])
        #expect(Report.representativeRows(maximum: 7, ids: ids, clusters: clusters) == [0, 1, 10, 11, 20, 30, 40])
        let rows = Report.representativeRows(maximum: 25, ids: ids, clusters: clusters)
        #expect(rows.suffix(5) == [500, 501, 502, 503, 504])
    }

    @Test func `Rows that are no candidates are passed over`() {
        let rows = Report.representativeRows(maximum: 300, ids: ids, clusters: clusters) { !$0.isMultiple(of: 10) }
        #expect(rows.count == 300)
        #expect(!rows.contains { $0.isMultiple(of: 10) })
    }

    @Test func `The order of the rows does not change who is chosen`() {
        let forward = Report.representativeRows(maximum: 80, ids: ids, clusters: [])
        let backward = Report.representativeRows(maximum: 80, ids: ids.reversed(), clusters: [])
        #expect(Set(forward.map { ids[$0] }) == Set(backward.map { ids[ids.count - 1 - $0] }))
        // A sample, not a stretch: it reaches into every fifth of the rows.
        for fifth in 0..<5 { #expect(forward.contains { $0 / 200 == fifth }) }
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-12_345, "−12,345"),
    ]) func `Counts are grouped`(value: Int, text: String) { #expect(ReportFormat.count(value) == text) }

    @Test(arguments: [
        (0.0, "0 %"), (0.00001, "< 0.1 %"), (0.0634, "6.3 %"), (1, "100 %"), (0.999, "99.9 %"), (0.9999, "100 %"),
        (.nan, "–"),
    ]) func `Shares are rounded honestly`(value: Double, text: String) { #expect(ReportFormat.percent(value) == text) }

    @Test(arguments: [
        (0.0, "0 ms"), (0.34, "340 ms"), (4.21, "4.2 s"), (200, "3 min 20 s"), (59.99, "1 min 0 s"),
        (7500, "2 h 05 min"), (.infinity, "–"),
    ]) func `Durations read well`(value: Double, text: String) { #expect(ReportFormat.duration(value) == text) }

    @Test(
        arguments: [(0, "0 B"), (999, "999 B"), (12_345, "12 kB"), (1_240_000_000, "1.2 GB"), (999_999, "1.0 MB")]
            as [(Int, String)])
    func `Bytes read well`(value: Int, text: String) { #expect(ReportFormat.bytes(value) == text) }

    @Test func `A small negative number is not minus nothing`() {
        #expect(ReportFormat.decimal(-0.0001, 2) == "0.00")
        #expect(ReportFormat.decimal(-0.25, 2) == "−0.25")
    }
}
