import Foundation
import Kindred
import Tensor
import Testing
import _TestSupport

@Suite struct TablesWritingTests {
    @Test func `Only fields that need quotes have them`() throws {
        try withTemporaryDirectory { directory in
            let files = TestFiles(root: directory)
            try CSVWriter.write(
                columns: ["id", "te,xt"], rows: [["1", "plain"], ["2", "a \"b\""], ["3", "x\ny"], ["", " é "]],
                to: files.path("t.csv"))
            #expect(try files.text("t.csv") == "id,\"te,xt\"\n1,plain\n2,\"a \"\"b\"\"\"\n3,\"x\ny\"\n, é \n")
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `Tables of any text are read back as they were written`(seed: UInt64) throws {
        var random = RandomSource(seed: seed, stage: "tables")
        let pieces = [
            "", "a", ",", "\"", "\"\"", "\n", "\r", "\r\n", " ", "\t", ";", "é", "e\u{301}", "\u{301}", "\u{FEFF}",
            "青蛙", "👍🏽", "\0",
        ]
        func field() -> String {
            (0..<Int(random.uniform(in: 0..<4))).map { _ in pieces[Int(random.uniform(in: 0..<Double(pieces.count)))] }
                .joined()
        }
        let columns = (0...Int(seed % 4)).map { "column \($0)" }
        let rows = (0..<30).map { _ in columns.map { _ in field() } }
        try withTemporaryDirectory { directory in
            let path = directory.path + "/t.csv"
            try CSVWriter.write(Table(columns: columns, rows: rows), to: path)
            let read = try Table(csv: path)
            #expect(read.columns == columns)
            #expect(read.rows.map { $0.map { Array($0.utf8) } } == rows.map { $0.map { Array($0.utf8) } })
        }
    }

    @Test func `A row that does not fit leaves the old file and nothing else`() throws {
        try withTemporaryDirectory { directory in
            let files = TestFiles(root: directory)
            try files.write("old", to: "t.csv")
            #expect(
                message {
                    try CSVWriter.write(columns: ["a", "b"], rows: [["1", "2"], ["3"]], to: files.path("t.csv"))
                }
                .contains("row 2 has 1 field"))
            #expect(try files.text("t.csv") == "old")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["t.csv"])
        }
    }

    @Test func `JSON lines keep the order of keys and escape what must be escaped`() throws {
        try withTemporaryDirectory { directory in
            let files = TestFiles(root: directory)
            let values: [JSONValue] = [
                ["z": "a \"b\" \\ \n\r\t\u{1}\u{1F} é/", "a": [1, 2.5, true, nil]],
                ["nested": ["b": .integer(-3), "a": .number(.nan)]], [:],
            ]
            try JSONLWriter.write(values, to: files.path("t.jsonl"))
            #expect(
                try files.text("t.jsonl") == """
                    {"z":"a \\"b\\" \\\\ \\n\\r\\t\\u0001\\u001f é/","a":[1,2.5,true,null]}
                    {"nested":{"b":-3,"a":null}}
                    {}

                    """)
        }
    }

    @Test func `Encodable values are written with sorted keys, and what JSON cannot hold is an error`() throws {
        struct Line: Encodable {
            var word: String
            var count: Double
        }
        try withTemporaryDirectory { directory in
            let files = TestFiles(root: directory)
            try JSONLWriter.write(encoding: [Line(word: "a/b", count: 2)], to: files.path("t.jsonl"))
            #expect(try files.text("t.jsonl") == "{\"count\":2,\"word\":\"a/b\"}\n")
            let bad = [Line(word: "a", count: 1), Line(word: "b", count: .infinity)]
            #expect(message { try JSONLWriter.write(encoding: bad, to: files.path("t.jsonl")) }.contains("line 2"))
            #expect(try files.text("t.jsonl") == "{\"count\":2,\"word\":\"a/b\"}\n")
        }
    }

    @Test func `A directory that is missing is named`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.path + "/none/t.csv"
            #expect(message { try CSVWriter.write(columns: ["a"], rows: [], to: path) }.contains("/none: No such file"))
            #expect(message { try JSONLWriter.write([], to: path) }.contains("/none: No such file"))
        }
    }
}
