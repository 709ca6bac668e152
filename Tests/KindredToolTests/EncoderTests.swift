import Foundation
import Kindred
import Testing
import _TestSupport

@Suite("kindred with models from directories")
struct EncoderTests {
    /// A small random model of the encoders' tests.
    func model(_ name: String) -> String {
        goldens().appendingPathComponent("../../EncodersTests/Goldens/models/\(name)").standardizedFileURL.path
    }

    @Test("Texts become the vectors of the library; what is too long is counted")
    func texts() throws {
        try Workspace.with { work in
            let texts = (0..<9).map { "the old fox \($0)" } + [String(repeating: "two children ", count: 40)]
            try work.write(texts.joined(separator: "\n") + "\n", to: "t.txt")
            let run = try work.run(
                ["embed", "texts", "--input", "t.txt", "--encoder", model("sentence"), "--output", "x.npy", "--json"])
            #expect(run.status == 0, "\(run.errors)")
            #expect(try run.json()["truncated"] as? Int == 1 && run.errors.contains("24 tokens"))
            let expected = try SentenceEncoder(directory: model("sentence")).encode(texts)
            #expect(try work.matrix("x.npy").elements == expected.elements)

            let plain = try work.run([
                "embed", "texts", "--input", "t.txt", "--encoder", model("sentence"), "--no-normalize", "--pooling",
                "max",
                "--precision", "int8", "--output", "y.npy",
            ])
            #expect(plain.status == 0, "\(plain.errors)")
            let other = try SentenceEncoder(
                directory: model("sentence"), pooling: .max, normalizes: false, precision: .int8
            ).encode(texts)
            #expect(try work.matrix("y.npy").elements == other.elements)
        }
    }

    @Test("Pictures become the vectors of the library, and are found by words")
    func pictures() throws {
        try Workspace.with { work in
            try FileManager.default.createDirectory(atPath: work.path("p"), withIntermediateDirectories: true)
            for (index, color) in [(250, 10, 10), (10, 250, 10), (10, 10, 250)].enumerated() {
                try work.writePicture(
                    "p/\(index).png", red: UInt8(color.0), green: UInt8(color.1), blue: UInt8(color.2))
            }
            let embed = try work.run(
                ["embed", "images", "--input", "p", "--encoder", model("clip-text"), "--output", "x.npy"])
            #expect(embed.status == 0, "\(embed.errors)")
            let clip = try CLIPModel(directory: model("clip-text"))
            let images = try (0..<3).map { try Image(contentsOfFile: work.path("p/\($0).png")) }
            let vectors = try clip.images.encode(images)
            #expect(try work.matrix("x.npy").elements == vectors.elements)

            let alone = try work.run([
                "embed", "images", "--input", "p", "--encoder", model("clip-text"), "--batch-size", "1", "--output",
                "z.npy",
            ])
            #expect(alone.status == 0, "\(alone.errors)")
            #expect(try work.matrix("z.npy").elements == vectors.elements)
            let none = try work.run([
                "embed", "images", "--input", "p", "--encoder", "classical", "--batch-size", "0", "--output", "n.npy",
            ])
            #expect(none.status == 64 && none.errors.contains("--batch-size is 0"), "\(none.errors)")
            for command in [
                "embed images --input p --precision int8 --output n.npy",
                "embed images --input p --no-normalize --output n.npy",
                "embed texts --input found.csv --pooling cls --output n.npy",
                "run --images p --precision int8 --output n",
            ] {
                let vain = try work.run(command)
                #expect(vain.status == 64 && vain.errors.contains("for encoders with weights"), "\(vain.errors)")
            }

            let search = try work.run([
                "search", "--input", "x.npy", "--text", "a red fox", "--text", "snow", "--encoder", model("clip-text"),
                "--k", "2", "--output", "found.csv",
            ])
            #expect(search.status == 0, "\(search.errors)")
            let table = try work.table("found.csv")
            #expect(table.rows.map { $0[0] } == ["a red fox", "a red fox", "snow", "snow"])
            let similarities = try clip.texts.encode(["a red fox", "snow"]).times(vectors, transposingOther: true)
            for (query, row) in [(0, 0), (1, 2)] {
                let best = (0..<3).max { similarities[query, $0] < similarities[query, $1] } ?? 0
                #expect(table.rows[row][2].contains("\(best).png"))
            }
        }
    }

    @Test("Tokens are those of the tokenizer, a line for each text")
    func tokens() throws {
        try Workspace.with { work in
            try work.write("id,text\na,the old fox\nb,\nc,Snow!\n", to: "t.csv")
            let run = try work.run([
                "tokenize", "--encoder", model("sentence"), "--input", "t.csv", "--id-column", "id", "--output",
                "o.jsonl",
                "--json",
            ])
            #expect(run.status == 0, "\(run.errors)")
            let lines = String(decoding: try work.bytes("o.jsonl"), as: UTF8.self).split(separator: "\n")
            #expect(lines.count == 2)
            let first = try #require(
                try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
            #expect(first["id"] as? String == "a")
            let tokenizer = try Tokenizer(directory: model("sentence"))
            #expect(first["ids"] as? [Int] == tokenizer.encode("the old fox").ids.map { Int($0) })
            #expect((first["tokens"] as? [String])?.first == "[CLS]")
            #expect((first["offsets"] as? [[Int]])?.count == (first["ids"] as? [Int])?.count)
        }
    }

    @Test("kindred run takes a model for either side")
    func run() throws {
        try Workspace.with { work in
            try work.writePosts()
            let run = try work.run([
                "run", "--posts", "posts.csv", "--text-column", "text", "--text-encoder", model("sentence"),
                "--n-clusters", "3", "--output", "out",
            ])
            #expect(run.status == 0, "\(run.errors)")
            #expect(work.exists("out/report.html") && work.exists("out/labels.csv"))
        }
    }

    @Test("A directory without a model, or with another kind of model, is an error that says so")
    func failures() throws {
        try Workspace.with { work in
            try work.write("one\ntwo\n", to: "t.txt")
            let empty = try work.run(["embed", "texts", "--input", "t.txt", "--encoder", ".", "--output", "x.npy"])
            #expect(empty.status == 66 && empty.errors.contains("config.json"), "\(empty.errors)")
            let wrong = try work.run(
                ["embed", "texts", "--input", "t.txt", "--encoder", model("vit"), "--output", "x.npy"])
            #expect(wrong.status == 65 && wrong.errors.contains("'vit'"), "\(wrong.errors)")
            // A way of pooling that only the other kind of model knows is not passed over.
            for (kind, input, name, pooling) in [
                ("texts", "t.txt", "sentence", "both"), ("images", ".", "vit", "max"),
            ] {
                try work.writePicture("a.png", red: 1, green: 2, blue: 3)
                let run = try work.run([
                    "embed", kind, "--input", input, "--encoder", model(name), "--pooling", pooling, "--output",
                    "x.npy",
                ])
                #expect(run.status == 64 && run.errors.contains("--pooling is \(pooling)"), "\(run.errors)")
            }
            #expect(!work.exists("x.npy"))
        }
    }
}
