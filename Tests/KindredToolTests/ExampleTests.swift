import Foundation
import Kindred
import Testing
import _TestSupport

@Suite("the examples")
struct ExampleTests {
    private func model(_ name: String) -> String {
        goldens().appendingPathComponent("../../EncodersTests/Goldens/models/\(name)").standardizedFileURL.path
    }

    private func run(_ program: String, _ arguments: [String], in work: Workspace) throws -> [String] {
        let run = try work.start(arguments, of: program).result()
        #expect(run.status == 0, "\(run.errors)")
        return run.output.split(separator: "\n").map { String($0) }
    }

    private func writePictures(in work: Workspace) throws {
        try FileManager.default.createDirectory(atPath: work.path("p"), withIntermediateDirectories: true)
        for index in 0..<12 {
            try work.writePicture(
                "p/\(index).png", red: index < 6 ? 250 : 10, green: UInt8(10 + index), blue: index < 6 ? 10 : 250)
        }
    }

    @Test("SemanticSearch finds the line itself first, and pictures in the order of their cosines")
    func search() throws {
        try Workspace.with { work in
            let lines = ["the old fox", "two children in the snow", "bread", "a red fox sleeps", "snow", "night"]
            try work.write(lines.joined(separator: "\n"), to: "t.txt")
            let found = try run("SemanticSearch", [model("sentence"), "t.txt", "bread"], in: work)
            #expect(found.count == 5 && found.first == "1.000  bread", "\(found)")

            try writePictures(in: work)
            try work.write("no picture", to: "p/broken.png")
            let pictures = try run("SemanticSearch", [model("clip-text"), "p", "a red fox"], in: work)
            let clip = try CLIPModel(directory: model("clip-text"))
            let ids = try PostCollection(pictures: work.path("p")).ids.filter { $0 != "broken.png" }
            let images = try ids.map { try Image(contentsOfFile: work.path("p/" + $0)) }
            let cosines = try clip.images.encode(images).times(clip.texts.encode(["a red fox"]), transposingOther: true)
            let best = ids.indices.max { cosines[$0, 0] < cosines[$1, 0] }
            #expect(pictures.count == 5)
            #expect(pictures.first == best.map { String(format: "%.3f  ", cosines[$0, 0]) + ids[$0] })
        }
    }

    @Test("Topics puts every text into one of the groups asked for")
    func topics() throws {
        try Workspace.with { work in
            try work.writePosts()
            let texts = try work.table("posts.csv").column("text").filter { !$0.isEmpty }
            try work.write(texts.joined(separator: "\n"), to: "t.txt")
            let lines = try run("Topics", [model("sentence"), "t.txt", "3"], in: work)
            let sizes = lines.compactMap { line in
                line.hasPrefix(" ") ? nil : line.split(separator: " ").first.flatMap { Int($0) }
            }
            #expect(sizes.count == 3 && sizes.reduce(0, +) == texts.count, "\(lines)")
        }
    }

    @Test("QuickStart writes a page about pictures")
    func quickStart() throws {
        try Workspace.with { work in
            try writePictures(in: work)
            let lines = try run("QuickStart", ["p", "out"], in: work)
            let page = try #require(lines.last?.split(separator: " ", maxSplits: 1).last.map { String($0) })
            #expect(work.exists(page) || FileManager.default.fileExists(atPath: page), "\(lines)")
        }
    }

    @Test("Dendrogram draws a leaf for each row")
    func dendrogram() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            let lines = try run("Dendrogram", ["x.npy", "tree.svg", "ward", "3"], in: work)
            #expect(lines.first?.hasPrefix("120 rows, ward linkage") == true, "\(lines)")
            let picture = String(decoding: try work.bytes("tree.svg"), as: UTF8.self)
            #expect(picture.contains("<svg") && picture.hasSuffix("</svg>\n"))
            // Each merge is a line of its own.
            #expect(picture.split(separator: "<path").count > 119)
        }
    }

    @Test("Stream goes on from where it was saved")
    func stream() throws {
        try Workspace.with { work in
            let whole = try #require(try run("Stream", ["12"], in: work).last)
            #expect(try run("Stream", ["6", "s"], in: work).last?.hasPrefix("6000 rows") == true)
            let continued = try #require(try run("Stream", ["6", "s"], in: work).last)
            func facts(_ line: String) -> [Substring] { line.split(separator: ",").filter { !$0.contains("hot") } }
            #expect(whole.hasPrefix("12000 rows") && facts(continued) == facts(whole), "\(continued) | \(whole)")
        }
    }
}
