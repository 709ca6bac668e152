import Foundation
import Kindred
import Testing

@Suite struct ReportEscapingTests {
    static let hostile = [
        "</script><script>alert(1)</script>", "{{title}}{{{data}}}{{#rows}}", "\"><img src=x onerror=alert(1)>",
        "<!--<script>", "]]>", "' onmouseover='alert(1)", "\"\u{301} onmouseover=alert(1) x=\"\u{301}",
        "<\u{338}script>", "\u{2028}\u{2029}\u{0}\u{1F}", "${alert(1)}`", "&lt;b&gt;", "مرحبا بالعالم", "徒步 👩‍👩‍👧",
        "\\u003cscript\\u003e",
    ]

    @Test(arguments: hostile) func `Hostile text stays text wherever it stands`(text: String) throws {
        var report = sampleReport()
        report.title = text
        report.createdAt = text
        report.mapMethod = text
        report.run = Report.Run(
            version: text, commandLine: text, seed: 1, parameters: [Report.Parameter(text, text)],
            timings: [Report.Timing(text, seconds: 1)], labelDigest: text)
        report.ablation[0].name = text
        for row in report.rows.indices {
            report.rows[row].id = text + "\(row)"
            report.rows[row].caption = text
            report.rows[row].truth = text
            report.rows[row].status = Report.Status(rawValue: text)
            report.rows[row].reason = text
        }
        for cluster in report.clusters.indices {
            report.clusters[cluster].name = text
            report.clusters[cluster].words = [Report.Word(text, weight: 1)]
            report.clusters[cluster].composition = [Report.Category(text, count: 1)]
        }
        let html = try ReportRenderer().render(report)
        let plain = try ReportRenderer().render(sampleReport())
        #expect(scalarCount(html, "<script") == scalarCount(plain, "<script"))
        #expect(scalarCount(html, "<img") == scalarCount(plain, "<img"))
        #expect(scalarCount(html, "<!--") == 0)
        // Mustache must not have read the text as a template.
        let data = try #require(try pageData(html) as? [String: Any])
        let rows = try #require(data["rows"] as? [String: Any])
        #expect((rows["caption"] as? [String])?.first == text)
        #expect((rows["id"] as? [String])?[3] == text + "3")
        // Outside of scripts no scalar of a caption ends a tag or an attribute.
        let escaped = HTMLEscaping().escapeText(text)
        #expect(!escaped.unicodeScalars.contains { "<>\"'`\u{0}".unicodeScalars.contains($0) })
        #expect(html.contains("<title>\(escaped)</title>"))
    }

    @Test func `JSON inside a script element holds no byte that could end it`() throws {
        var json = ScriptJSON()
        json.array(Self.hostile) { $0.string($1) }
        #expect(!json.bytes.contains { [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&")].contains($0) })
        #expect(!json.text.unicodeScalars.contains("\u{2028}") && !json.text.unicodeScalars.contains("\u{2029}"))
        #expect(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String] == Self.hostile)
    }

    @Test func `The template's script and style cannot end their element`() {
        #expect(!ReportTemplates.script.contains("</"))
        #expect(!ReportTemplates.script.contains("<!--"))
        #expect(!ReportTemplates.style.contains("</"))
    }

    @Test func `The digest of the script is written as a policy has it`() {
        #expect(ScriptDigest.source("abc") == "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
    }

    private func scalarCount(_ text: String, _ needle: String) -> Int {
        let bytes = Array(text.utf8)
        let wanted = Array(needle.utf8)
        return bytes.indices.dropLast(wanted.count - 1).count {
            bytes[$0] == wanted[0] && bytes[$0..<$0 + wanted.count].elementsEqual(wanted)
        }
    }
}
