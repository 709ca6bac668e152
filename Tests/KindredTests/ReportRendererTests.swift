import Foundation
import Kindred
import Testing

@Suite struct ReportRendererTests {
    @Test func `Equal reports give equal bytes`() throws {
        let first = try ReportRenderer().render(sampleReport())
        #expect(try ReportRenderer().render(sampleReport()) == first)
        let copy = try JSONDecoder().decode(Report.self, from: JSONEncoder().encode(sampleReport()))
        #expect(copy == sampleReport())
        #expect(try ReportRenderer().render(copy) == first)
    }

    @Test(arguments: [(0, 0), (1, 0), (2, 1), (13, 3), (400, 60)], [true, false])
    func `Every size renders, with unique ids, whole tags and links that lead somewhere`(
        size: (rows: Int, clusters: Int), hasPictures: Bool
    ) throws {
        let html = try ReportRenderer().render(
            sampleReport(rows: size.rows, clusters: size.clusters, hasPictures: hasPictures))
        #expect(html.hasPrefix("<!DOCTYPE html>"))
        #expect(html.hasSuffix("</html>\n"))
        let body = html.replacing(/<script[^>]*>[\s\S]*?<\/script>|<style>[\s\S]*?<\/style>/, with: "")
        #expect(!body.contains("{{") && !body.contains("}}"))
        let ids = body.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
        #expect(Set(ids).count == ids.count)
        for target in body.matches(of: /(?:href="#|aria-labelledby="|aria-describedby=")([^"]+)"/).map({ String($0.1) })
        {
            #expect(ids.contains(target), "\(target) is not in the page")
        }
        for tag in ["section", "article", "div", "figure", "table", "tr", "ul", "li", "button", "span", "dl", "p"] {
            let opened = body.matches(of: try Regex("<\(tag)[ >]")).count
            #expect(opened == body.matches(of: try Regex("</\(tag)>")).count, "<\(tag)> and </\(tag)> differ in number")
        }
    }

    @Test func `The page loads nothing from anywhere`() throws {
        let html = try ReportRenderer().render(sampleReport())
        #expect(!html.contains("http://") && !html.contains("https://") && !html.contains("//cdn"))
        #expect(!html.contains("@import") && !html.contains("url("))
        #expect(html.firstMatch(of: /<link|<iframe|<object|<embed|\ssrc="|\son[a-z]+="/) == nil)
        let policy = try #require(part(of: html, from: "Content-Security-Policy\" content=\"", to: "\""))
        #expect(policy.contains("default-src 'none'"))
        #expect(!policy.contains("script-src 'unsafe-inline'"))
    }

    @Test func `The policy names the digest of the script in the page`() throws {
        let html = try ReportRenderer().render(sampleReport())
        let script = try #require(part(of: html, from: "<script>", to: "</script>"))
        #expect(html.contains("script-src '\(ScriptDigest.source(String(script)))'"))
    }

    @Test func `Indices that point at nothing are named`() {
        var report = sampleReport()
        report.rows[3].assignment = .cluster(9)
        #expect(throws: ReportError.index(what: "cluster", place: "row 3 (row-3)", value: 9, count: 3)) {
            try ReportRenderer().render(report)
        }
        report = sampleReport()
        report.clusters[1].boundary = [Report.Boundary(row: 12, neighbour: 0)]
        #expect(throws: ReportError.index(what: "boundary row", place: "cluster 1", value: 12, count: 12)) {
            try ReportRenderer().render(report)
        }
        report = sampleReport()
        report.rows[0].thumbnail = -1
        #expect(throws: ReportError.self) { try ReportRenderer().render(report) }
    }

    @Test func `Numbers that are not finite do no harm`() throws {
        var report = sampleReport()
        report.rows[0].position = Report.Position(x: .nan, y: .infinity)
        report.clusters[0].heat = .nan
        report.clusters[0].words = [Report.Word("a", weight: .infinity), Report.Word("b", weight: -1)]
        report.scores.silhouette = .nan
        report.ablation[0].scores.silhouette = .nan
        report.run.timings[0].seconds = .infinity
        let html = try ReportRenderer().render(report)
        #expect(html.firstMatch(of: /[>:]\s*[-+]?(nan|inf)\b/) == nil)
        #expect(try pageData(html) != nil)
    }

    @Test func `Only scores are marked as best, the right way round`() throws {
        let html = try ReportRenderer().render(sampleReport())
        let table = try #require(part(of: html, from: "class=\"panel ablation\"", to: "</table>"))
        let best = table.matches(of: /class="best">([^<]*)</).map { String($0.1) }
        #expect(best == ["0.250", "1.50", "40", "0.500", "0.400"])
    }

    @Test func `The first sentence accounts for every row`() throws {
        let html = try ReportRenderer().render(sampleReport())
        #expect(
            html.contains(
                "Of 12 rows, 9 fall into 3 clusters, 1 of them hot; 2 (18.2 %) are noise; 1 could not be used."))
    }

    @Test func `Beyond the limits rows and pictures are sampled and the page says so`() throws {
        let report = sampleReport(rows: 500, clusters: 4)
        let html = try ReportRenderer(maximumThumbnails: 20, maximumRows: 100).render(report)
        let data = try #require(try pageData(html) as? [String: Any])
        let rows = try #require(data["rows"] as? [String: Any])
        let ids = try #require(rows["id"] as? [String])
        #expect(ids.count == 100)
        #expect((try pageData(html, "pictures") as? [String])?.count == 20)
        #expect(data["total"] as? Int == 500)
        #expect(html.contains("100 of 500 rows"))
        for cluster in report.clusters { #expect(ids.contains(report.rows[cluster.medoids[0]].id)) }
        let shown = (rows["thumbnail"] as? [Int])?.filter { $0 >= 0 }
        #expect(shown?.sorted() == Array(0..<20))
    }
}
