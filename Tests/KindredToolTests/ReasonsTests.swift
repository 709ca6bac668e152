import Foundation
import Kindred
import Testing
import _TestSupport

@Suite("kindred explain and label")
struct ReasonsToolTests {
    private func model(_ name: String) -> String { EncoderTests().model(name) }

    private func lines(_ work: Workspace, _ name: String) throws -> [[String: Any]] {
        try String(decoding: work.bytes(name), as: UTF8.self).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    private func writePictures(_ work: Workspace) throws {
        try FileManager.default.createDirectory(atPath: work.path("p"), withIntermediateDirectories: true)
        for (index, color) in [(250, 10, 10), (10, 250, 10), (10, 10, 250)].enumerated() {
            try work.writePicture("p/\(index).jpg", red: UInt8(color.0), green: UInt8(color.1), blue: UInt8(color.2))
        }
    }

    @Test("Heat maps are those of the library, and lie over the pictures; a damaged picture is told of")
    func heatmaps() throws {
        try Workspace.with { work in
            try writePictures(work)
            try work.write("no picture", to: "p/9.png")
            let pictures = try (0..<3).map { try Image(contentsOfFile: work.path("p/\($0).jpg")) }
            let clip = try CLIPModel(directory: model("clip-text"))
            let explainer = VisionExplainer(clip.images)
            let snow = try clip.texts.encode(["a photo of snow"])
            try snow.write(npy: work.path("snow.npy"))
            for (options, expected) in [
                ([], try explainer.attentionRollout(of: pictures)),
                (
                    ["--head-fusion", "max", "--discard", "0.25"],
                    try explainer.attentionRollout(
                        of: pictures, options: AttentionRollout(headFusion: .maximum, discardShare: 0.25))
                ),
                (["--text", "a photo of snow"], try explainer.gradientWeightedActivation(of: pictures, toward: snow)),
                (
                    ["--toward", "snow.npy", "--layer", "2"],
                    try explainer.gradientWeightedActivation(of: pictures, toward: snow, layer: 2)
                ),
                (
                    ["--text", "a photo of snow", "--method", "attention"],
                    try explainer.gradientWeightedAttention(of: pictures, toward: snow)
                ),
            ] {
                let run = try work.run(
                    ["explain", "heatmap", "--input", "p", "--encoder", model("clip-text"), "--output", "o", "--json"]
                        + options)
                #expect(run.status == 0, "\(run.errors)")
                #expect(try run.json()["explained"] as? Int == 3)
                let records = try lines(work, "o/heatmaps.jsonl")
                #expect(records.map { $0["status"] as? String } == ["ok", "ok", "ok", "failed"])
                for (record, map) in zip(records, expected) {
                    let values = try #require(record["values"] as? [[Double]])
                    expectClose(
                        values.joined().map { Float($0) }, map.values.elements, relativeTolerance: 1e-5,
                        absoluteTolerance: 1e-7)
                    let picture = try Image(contentsOfFile: work.path("o/\(try #require(record["file"] as? String))"))
                    #expect(picture.width == 24 && picture.height == 24)
                    let region = try #require(record["region"] as? [String: Double])
                    #expect(region["x"] == map.region.x && region["width"] == map.region.width)
                }
            }
            let one = try work.run([
                "explain", "heatmap", "--input", "p/1.jpg", "--encoder", model("vit"), "--size", "16", "--output",
                "one",
            ])
            #expect(one.status == 0 && one.output.contains("4 × 4 patches"), "\(one.errors)")
            #expect(try Image(contentsOfFile: work.path("one/000000.png")).width == 16)
        }
    }

    @Test("What cannot be explained is an error that says so")
    func heatmapFailures() throws {
        try Workspace.with { work in
            try writePictures(work)
            try Matrix([[1, 2]]).write(npy: work.path("d.npy"))
            for (options, status, part) in [
                ("--encoder \(model("clip-text")) --method gradient", 64, "--text or --toward"),
                ("--encoder \(model("clip-text")) --text x --method rollout", 64, "no direction"),
                ("--encoder \(model("clip-text")) --text x --layer 9", 64, "--layer is 9; it must be from 1 to 3"),
                ("--encoder \(model("clip-text")) --toward d.npy", 65, "2 features"),
                ("--encoder \(model("vit")) --text x", 65, "'vit'"),
                ("--encoder \(model("sentence"))", 65, "'bert'"),
                ("--encoder classical", 64, "--encoder"),
                ("--encoder \(model("vit")) --discard 1", 64, "--discard is 1.0"),
            ] as [(String, Int32, String)] {
                let run = try work.run("explain heatmap --input p --output o \(options)")
                #expect(run.status == status && run.errors.contains(part), "\(options): \(run.status) \(run.errors)")
            }
        }
    }

    @Test("Pictures and clusters get the names of the library")
    func names() throws {
        try Workspace.with { work in
            try writePictures(work)
            let embed = try work.run(
                ["embed", "images", "--input", "p", "--encoder", model("clip-text"), "--output", "x.npy"])
            #expect(embed.status == 0, "\(embed.errors)")
            try work.write("snow\n\n  red fox \nbicycle\n", to: "names.txt")
            let classifier = try ZeroShotClassifier(
                ["snow", "red fox", "bicycle"], templates: ["a photo of a {}.", "{}!"], directory: model("clip-text"))
            let vectors = try work.matrix("x.npy")
            let common = [
                "label", "--input", "x.npy", "--encoder", model("clip-text"), "--names", "names.txt", "--template",
                "a photo of a {}.", "--template", "{}!", "--json",
            ]
            let run = try work.run(common + ["--output", "named.csv"])
            #expect(run.status == 0, "\(run.errors)")
            let table = try work.table("named.csv")
            #expect(table.columns == ["id", "label", "probability", "similarity"])
            let best = try classifier.names(of: vectors).map { $0[0] }
            #expect(try table.column("label") == best.map { classifier.names[$0.index] })
            #expect(try table.column("probability") == best.map { "\(Float($0.probability))" })

            try work.write("id,label\n0.jpg,one\n1.jpg,two\n2.jpg,two\n", to: "labels.csv")
            let clusters = try work.run(common + ["--labels", "labels.csv", "--count", "2", "--output", "names.jsonl"])
            #expect(clusters.status == 0, "\(clusters.errors)")
            let expected = try classifier.names(ofClusters: [0, 1, 1], vectors: vectors, count: 2)
            let records = try lines(work, "names.jsonl")
            #expect(records.map { $0["cluster"] as? String } == ["one", "two"])
            #expect(records.map { $0["size"] as? Int } == [1, 2])
            for (record, names) in zip(records, expected) {
                let found = try #require(record["names"] as? [[String: Any]])
                #expect(found.map { $0["name"] as? String } == names.map { classifier.names[$0.index] })
                for (one, other) in zip(found, names) {
                    let contrast = try #require(one["contrast"] as? Double)
                    #expect(abs(contrast - other.contrast) < 1e-9)
                }
            }
            try work.write("snow\nsnow\n", to: "twice.txt")
            let twice = try work.run([
                "label", "--input", "x.npy", "--encoder", model("clip-text"), "--names", "twice.txt", "--output",
                "y.csv",
            ])
            #expect(twice.status == 64 && twice.errors.contains("'snow' twice"), "\(twice.errors)")
            #expect(!work.exists("y.csv"))
        }
    }
}
