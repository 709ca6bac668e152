import Foundation
import Kindred
import Testing
import _TestSupport

@Suite struct PostsTableTests {
    func files<R>(_ body: (TestFiles) throws -> R) throws -> R {
        try withTemporaryDirectory { try body(TestFiles(root: $0)) }
    }

    @Test func `Every row of the table has one row here, whatever is wrong with it`() throws {
        try files { files in
            try files.write("picture", to: "images/a.png")
            try files.write("picture", to: "elsewhere.png")
            try FileManager.default.createDirectory(
                atPath: files.path("images/d.png"), withIntermediateDirectories: true)
            try files.link("images/loop.png", to: "loop.png")
            try files.link("images/dangling.png", to: "nowhere.png")
            try files.link("images/link.png", to: "a.png")
            let path = try files.write(
                """
                id,image,title,text,label,likes
                a,images/a.png,Frog,A green frog,animals,3
                b,images/none.png,,A toad,animals,4
                c,images/a.png,, \t,,5
                d,images/d.png,Dog,,animals,6
                e,,,,plants,7
                f,images/loop.png,Loop,,,8
                g,images/dangling.png,Link,,,9
                h,images/link.png,Link,,,10
                i,\(files.path("elsewhere.png")),Absolute,,,11
                j,images/../elsewhere.png,Up,,,12
                k,https://example.org/a.png,Web,,,13
                l,images/none.png,,,,14

                """, to: "posts.csv")
            let posts = try PostCollection(
                csv: path, imageColumn: "image", textColumns: ["title", "text"], idColumn: "id", truthColumn: "label")
            #expect(posts.count == 12 && posts.ids == "abcdefghijkl".map(String.init))
            #expect(
                posts.statuses.map(\.kind) == [
                    .ok, .missingImage, .missingText, .unreadable, .missingBoth, .unreadable, .missingImage, .ok, .ok,
                    .ok,
                    .missingImage, .missingBoth,
                ])
            #expect(posts.texts.prefix(5) == ["Frog\nA green frog", "A toad", nil, "Dog", nil])
            #expect(posts.truth.prefix(5) == ["animals", "animals", nil, "animals", "plants"])
            #expect(
                posts.imagePresence == [true, false, true, false, false, false, false, true, true, true, false, false])
            #expect(posts.rowsWithImages == [0, 2, 7, 8, 9])
            #expect(posts.rowsWithTexts == [0, 1, 3, 5, 6, 7, 8, 9, 10])
            #expect(posts.usableRows == [0, 1, 2, 3, 5, 6, 7, 8, 9, 10])
            #expect(posts.statusCounts.values.reduce(0, +) == posts.count)
            #expect(posts.statusCounts[.ok] == 4 && posts.statusCounts[.missingBoth] == 2)
            #expect(posts.extras.columns == ["likes"])
            #expect(try posts.extras.column("likes") == (3...14).map(String.init))
            #expect(posts.status(of: 1).reason.contains(files.path("images/none.png")))
            #expect(posts.status(of: 3).reason.contains("directory"))
            #expect(posts.status(of: 4).reason == "the column \"image\" is empty; the row has no text")
            #expect(posts.status(of: 5).reason.contains("symbolic links"))
            #expect(posts.status(of: 10).reason.contains("download"))
            #expect(posts[1].imagePath == files.path("images/none.png") && posts[1].id == "b")
        }
    }

    @Test func `Rows without an id column are numbered, and pictures may lie below another directory`() throws {
        try files { files in
            try files.write("picture", to: "root/a.png")
            let path = try files.write("image\na.png\nb.png\n", to: "tables/posts.csv")
            let posts = try PostCollection(csv: path, imageColumn: "image", imageRoot: files.path("root"))
            #expect(posts.ids == ["0", "1"] && posts.statuses.map(\.kind) == [.ok, .missingImage])
            #expect(posts.hasImages && !posts.hasTexts && posts.texts == [nil, nil])
        }
    }

    @Test func `Without an image column no picture is missing`() throws {
        try files { files in
            let path = try files.write("text;x\n\"a\nb\";1\n;2\n", to: "posts.csv")
            let posts = try PostCollection(csv: path, textColumns: ["text"], delimiter: .semicolon)
            #expect(posts.texts == ["a\nb", nil] && posts.statuses.map(\.kind) == [.ok, .missingText])
        }
    }

    @Test func `Ids that occur twice are an error that names both rows`() throws {
        try files { files in
            let path = try files.write("id,text\nx,1\ny,2\nz,3\ny,4\nx,5\n", to: "posts.csv")
            #expect(throws: KindredError.duplicateID(path: path, id: "y", firstRow: 2, secondRow: 4)) {
                try PostCollection(csv: path, textColumns: ["text"], idColumn: "id")
            }
        }
    }

    @Test func `Ids that differ in bytes differ, though Swift calls the strings equal`() throws {
        try files { files in
            let path = try files.write("id,text\n\u{E9},1\ne\u{301},2\n", to: "posts.csv")
            #expect(try PostCollection(csv: path, textColumns: ["text"], idColumn: "id").canonicalOrder == [1, 0])
        }
    }

    @Test func `An id that is blank is an error with its line`() throws {
        try files { files in
            let path = try files.write("id,text\nx,1\n ,2\n", to: "posts.csv")
            #expect(
                message { try PostCollection(csv: path, textColumns: ["text"], idColumn: "id") }
                    .contains("line 3: row 2 has no id"))
        }
    }

    @Test func `A column that is missing, and no column at all, are errors`() throws {
        try files { files in
            let path = try files.write("id,text\nx,1\n", to: "posts.csv")
            for make in [
                { try PostCollection(csv: path, imageColumn: "picture") },
                { try PostCollection(csv: path, textColumns: ["text", "picture"]) },
                { try PostCollection(csv: path, textColumns: ["text"], idColumn: "picture") },
                { try PostCollection(csv: path, textColumns: ["text"], truthColumn: "picture") },
            ] {
                #expect(message(make).contains("there is no column \"picture\"; it has \"id\", \"text\""))
            }
            #expect(message { try PostCollection(csv: path) }.contains("an image column, a text column or both"))
        }
    }

    @Test func `A table without rows is a collection without rows`() throws {
        try files { files in
            let csv = try files.write("id,text\n", to: "posts.csv")
            let posts = try PostCollection(csv: csv, textColumns: ["text"], idColumn: "id")
            #expect(posts.isEmpty && posts.statusCounts.isEmpty && posts.canonicalOrder.isEmpty)
            let jsonl = try files.write("", to: "posts.jsonl")
            #expect(try PostCollection(jsonl: jsonl, textColumns: ["text"], idColumn: "id").isEmpty)
        }
    }

    @Test func `JSON lines give the same collection as the same table in CSV`() throws {
        try files { files in
            try files.write("picture", to: "a.png")
            let csv = try files.write("id,image,text\n1,a.png,\"x, y\"\n2,b.png,\n", to: "posts.csv")
            let jsonl = try files.write(
                "{\"id\": 1, \"image\": \"a.png\", \"text\": [\"x\", \"y\"]}\n{\"id\": 2, \"image\": \"b.png\"}\n",
                to: "posts.jsonl")
            let first = try PostCollection(csv: csv, imageColumn: "image", textColumns: ["text"], idColumn: "id")
            let second = try PostCollection(jsonl: jsonl, imageColumn: "image", textColumns: ["text"], idColumn: "id")
            #expect((0..<2).map { first[$0] } == (0..<2).map { second[$0] })
        }
    }

    @Test func `A plain file has one text per line`() throws {
        try files { files in
            let path = try files.write("\u{FEFF}one\r\n\r\nthree, \"four\"\n", to: "texts.txt")
            let posts = try PostCollection(lines: path)
            #expect(posts.texts == ["one", nil, "three, \"four\""] && posts.ids == ["0", "1", "2"])
            #expect(posts.statuses.map(\.kind) == [.ok, .missingText, .ok])
            let bad = try files.write(Array("one\n".utf8) + [0xFF, 0x0A], to: "bad.txt")
            #expect(message { try PostCollection(lines: bad) }.contains("line 2: the text is not valid UTF-8"))
        }
    }

    @Test func `The order of the rows does not change the canonical order`() throws {
        try files { files in
            let ids = ["b", "a10", "a2", "Z", "é", "a"]
            let rotated = Array(ids[2...] + ids[..<2])
            let collections = try [ids, rotated].map { ids in
                let path = try files.write("id,text\n" + ids.map { "\($0),text of \($0)\n" }.joined(), to: "posts.csv")
                return try PostCollection(csv: path, textColumns: ["text"], idColumn: "id")
            }
            for posts in collections {
                #expect(posts.inCanonicalOrder(posts.ids) == ["Z", "a", "a10", "a2", "b", "é"])
                #expect(posts.inRowOrder(posts.inCanonicalOrder(posts.texts)) == posts.texts)
            }
        }
    }

    @Test func `Faults found later are recorded and do not undo each other`() throws {
        try files { files in
            for name in ["a", "b", "c"] { try files.write("picture", to: "\(name).png") }
            let path = try files.write("image,text\na.png,A\nb.png,\nc.png,C\n", to: "posts.csv")
            var posts = try PostCollection(csv: path, imageColumn: "image", textColumns: ["text"])
            posts.mark(row: 0, .decodeError, "the PNG is cut short")
            posts.mark(row: 1, .tooLarge, "9000 × 9000 pixels")
            posts.mark(row: 2, .missingText, "nothing left after cleaning")
            #expect(
                posts.statuses == [
                    RowStatus(.decodeError, "the PNG is cut short"),
                    RowStatus(.tooLarge, "9000 × 9000 pixels; the row has no text"),
                    RowStatus(.missingText, "nothing left after cleaning"),
                ])
            #expect(posts.imagePresence == [false, false, true] && posts.textPresence == [true, false, false])
            posts.mark(row: 2, .missingBoth, "removed")
            #expect(posts.status(of: 2).kind == .missingBoth && posts.usableRows == [0])
            #expect(posts.statusCounts == [.decodeError: 1, .tooLarge: 1, .missingBoth: 1])
        }
    }

    @Test func `Selected rows keep all that is known of them`() throws {
        try files { files in
            let path = try files.write("id,text,x\na,1,u\nb,,v\nc,3,w\n", to: "posts.csv")
            let posts = try PostCollection(csv: path, textColumns: ["text"], idColumn: "id")
            let selected = try posts.selecting([2, 1])
            #expect(selected.ids == ["c", "b"] && selected[1] == posts[1] && selected.canonicalOrder == [1, 0])
            #expect(try selected.extras.column("x") == ["w", "v"])
            #expect(throws: KindredError.self) { try posts.selecting([1, 1]) }
        }
    }
}
