import Foundation
import Kindred
import Testing
import _TestSupport

@Suite("kindred embed and topics")
struct EmbedTests {
    private let themes = Workspace.themes.map { Set($0) }

    @Test("Texts become vectors that cluster by topic, and the topics are named")
    func textsToTopics() throws {
        try Workspace.with { work in
            try work.writePosts()
            let embed = try work.run(
                "embed texts --input posts.csv --text-column text --id-column id --encoder tfidf --components 6 "
                    + "--output x.npy --json")
            #expect(embed.status == 0, "\(embed.errors)")
            let vectors = try work.matrix("x.npy")
            #expect(vectors.rows == 30 && vectors.columns <= 6)
            #expect(vectors.row(4).allSatisfy { $0 == 0 })
            let sheet = try work.table("x.rows.csv")
            #expect(sheet.columns == ["id", "status", "reason"])
            #expect(sheet.rows[4].prefix(2) == ["post 4", "missing-text"])
            #expect(try embed.json()["statuses"] as? [String: Int] == ["ok": 29, "missing-text": 1])
            #expect(embed.errors.contains("post 4"))

            let cluster = try work.run(
                "cluster kmeans --input x.npy --n-clusters 3 --metric cosine --output labels.csv")
            #expect(cluster.status == 0, "\(cluster.errors)")
            #expect(try work.table("labels.csv").rows[4] == ["post 4", ""])
            for input in ["--input posts.csv --text-column text", "--input posts.csv --language en --words 4"] {
                let topics = try work.run("topics \(input) --labels labels.csv --output topics.jsonl")
                #expect(topics.status == 0, "\(topics.errors)")
                let table = try Table(jsonl: work.path("topics.jsonl"))
                #expect(try table.column("cluster") == ["0", "1", "2"])
                #expect(try table.column("size") == ["10", "10", "9"])
                for line in try table.column("line") {
                    let words = line.split(separator: " ").filter { $0 != "+" }.map { String($0) }
                    #expect(themes.contains { words.count >= 2 && Set(words).isSubset(of: $0) }, "\(line)")
                }
                #expect(try table.column("representatives").allSatisfy { $0.contains("post ") })
            }
        }
    }

    @Test("Texts may stand in JSONL or one on each line; words may be left out")
    func otherTexts() throws {
        try Workspace.with { work in
            try work.write(
                (0..<6).map { "snow ridge hut \($0 % 2 == 0 ? "winter" : "summer")\n" }.joined(), to: "t.txt")
            try work.write(
                (0..<6).map { "{\"title\":\"snow ridge\",\"body\":\"hut \($0 % 2 == 0 ? "winter" : "summer")\"}\n" }
                    .joined(),
                to: "t.jsonl")
            try work.write("Snow\nhut\n", to: "stop.txt")
            let lines = try work.run("embed texts --input t.txt --output a.npy --json")
            #expect(lines.status == 0, "\(lines.errors)")
            let words = try lines.json()["words"] as? Int
            let jsonl = try work.run(
                "embed texts --input t.jsonl --text-column title --text-column body --output b.npy")
            #expect(jsonl.status == 0, "\(jsonl.errors)")
            #expect(try work.bytes("a.npy") == work.bytes("b.npy"))
            let fewer = try work.run("embed texts --input t.txt --stop-words stop.txt --output c.npy --json").json()
            #expect((fewer["words"] as? Int).map { $0 + 2 } == words)
            #expect(try work.run("embed texts --input t.txt --language xx --output c.npy").status == 64)
            #expect(try work.run("embed texts --input t.txt --id-column id --output c.npy").status == 64)
            try work.write("\n\n", to: "blank.txt")
            #expect(try work.run("embed texts --input blank.txt --output c2.npy").status == 65)
            #expect(!work.exists("c2.npy"))
        }
    }

    @Test("Pictures become vectors; a damaged one becomes zeros with a status and moves no other row")
    func pictures() throws {
        try Workspace.with { work in
            try FileManager.default.createDirectory(atPath: work.path("pictures"), withIntermediateDirectories: false)
            try work.writePicture("pictures/a.jpg", red: 250, green: 10, blue: 10)
            try work.write("no picture", to: "pictures/b.jpg")
            try work.writePicture("pictures/c.jpg", red: 10, green: 10, blue: 250)
            // A caption beside one picture is not missed beside the others.
            try work.write("red", to: "pictures/a.txt")
            let folder = try work.run("embed images --input pictures --encoder classical --output x.npy --json")
            #expect(folder.status == 0, "\(folder.errors)")
            let sheet = try work.table("x.rows.csv")
            #expect(try sheet.column("id") == ["a.jpg", "b.jpg", "c.jpg"])
            #expect(try sheet.column("status") == ["ok", "decode-error", "ok"])
            let vectors = try work.matrix("x.npy")
            #expect(vectors.columns == ClassicalImageEncoder().dimension)
            #expect(vectors.row(1).allSatisfy { $0 == 0 })
            let alone = try ClassicalImageEncoder().encode([Image(contentsOfFile: work.path("pictures/c.jpg"))])
            #expect(vectors.row(2).elementsEqual(alone.row(0)))

            try work.write("id,image\nz,pictures/c.jpg\ny,pictures/none.jpg\n", to: "posts.csv")
            let table = try work.run(
                "embed images --input posts.csv --image-column image --id-column id --output y.npy")
            #expect(table.status == 0, "\(table.errors)")
            #expect(
                try work.table("y.rows.csv").rows.map { Array($0.prefix(2)) } == [
                    ["z", "ok"], ["y", "missing-image"],
                ])
            #expect(try work.matrix("y.npy").row(0).elementsEqual(alone.row(0)))
        }
    }

    @Test("A directory in which no picture can be read is bad data, and nothing is written")
    func noPicture() throws {
        try Workspace.with { work in
            try FileManager.default.createDirectory(atPath: work.path("pictures"), withIntermediateDirectories: false)
            #expect(try work.run("embed images --input pictures --output x.npy").status == 65)
            try work.write("no picture", to: "pictures/b.jpg")
            #expect(try work.run("embed images --input pictures --output x.npy").status == 65)
            #expect(!work.exists("x.npy") && !work.exists("x.rows.csv"))
        }
    }
}
