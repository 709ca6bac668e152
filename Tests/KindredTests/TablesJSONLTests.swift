import Foundation
import Kindred
import Testing
import _TestSupport

@Suite struct TablesJSONLTests {
    func table(_ bytes: [UInt8]) throws -> Table {
        try withTemporaryDirectory { directory in
            try Table(jsonl: TestFiles(root: directory).write(bytes, to: "t.jsonl"))
        }
    }

    func table(_ text: String) throws -> Table { try table(Array(text.utf8)) }

    @Test func `Values of every kind become text`() throws {
        let table = try table(
            """
            {"id": 7, "text": "a \\"b\\" \\u00e9\\n\\ud83d\\udc4d", "n": 0.1, "b": true, "none": null}

            {"id": 1234567890123456789, "tags": ["snow", "", "hike", 3, false], "deep": {"b": [1, {"c": null}], "a": "x"}}
            \t
            {"id": "x", "n": -2.50, "b": false, "tags": []}
            """)
        #expect(table.columns == ["b", "deep", "id", "n", "none", "tags", "text"])
        #expect(table.rows == [
            ["true", "", "7", "0.1", "", "", "a \"b\" é\n👍"],
            ["", "{\"a\":\"x\",\"b\":[1,{\"c\":null}]}", "1234567890123456789", "", "", "snow, hike, 3, false", ""],
            ["false", "", "x", "-2.5", "", "", ""],
        ])
        #expect(table.lines == [1, 3, 5])
    }

    @Test func `Ones and zeros are numbers, not booleans`() throws {
        #expect(try table("{\"a\": 1, \"b\": 0, \"c\": true}\n").rows == [["1", "0", "true"]])
    }

    @Test func `CRLF line ends and a byte order mark are no part of the data`() throws {
        let bytes = [0xEF, 0xBB, 0xBF] + Array("{\"a\": 1}\r\n\r\n{\"a\": 2}\r\n".utf8)
        #expect(try table(bytes).rows == [["1"], ["2"]])
        #expect(try table(bytes).lines == [1, 3])
    }

    @Test(arguments: [
        ("{\"a\": 1}\n{\"a\": \n", "line 2: the line is not a JSON object"),
        ("{\"a\": 1}\n\n[1]\n", "line 3: a JSON object, {…}, is expected"),
        ("1\n", "line 1: a JSON object"),
        ("null\n", "line 1: a JSON object"),
        ("{\"a\": 1} {\"b\": 2}\n", "line 1: the line is not a JSON object"),
        ("{'a': 1}\n", "line 1: the line is not a JSON object"),
        ("{\"id\": 12345678901234567890123}\n", "a number is too large to keep its digits"),
    ])
    func `A line that is no object is an error with its number`(text: String, problem: String) {
        let message = message { try table(text) }
        #expect(message.contains("t.jsonl: line") && message.contains(problem), "\(message)")
    }

    @Test func `Bytes that are no text are an error with their line`() {
        let bytes = Array("{\"a\": 1}\n{\"a\": \"".utf8) + [0xE9] + Array("\"}\n".utf8)
        #expect(message { try table(bytes) }.contains("line 2: the text is not valid UTF-8"))
    }

    @Test func `Nesting without end is an error`() {
        let text = "{\"a\": " + String(repeating: "[", count: 100_000)
        #expect(throws: KindredError.self) { try table(text) }
    }

    @Test func `A file without lines is a table without columns`() throws {
        let table = try table("\n  \n")
        #expect(table.columns.isEmpty && table.rows.isEmpty)
        #expect(message { try table.column("a") }.contains("it has none"))
    }
}
