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
        #expect(table.columns == ["id", "text", "n", "b", "none", "tags", "deep"])
        #expect(
            table.rows == [
                ["7", "a \"b\" é\n👍", "0.1", "true", "", "", ""],
                [
                    "1234567890123456789", "", "", "", "", "snow, hike, 3, false",
                    "{\"b\":[1,{\"c\":null}],\"a\":\"x\"}",
                ],
                ["x", "", "-2.5", "false", "", "", ""],
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
        ("{\"id\": 1e999}\n", "the number is too large"),
        ("{\"id\": 1, \"x\": 2, \"id\": 3}\n", "the key \"id\" occurs twice"),
    ])
    func `A line that is no object is an error with its number`(text: String, problem: String) {
        let message = message { try table(text) }
        #expect(message.contains("t.jsonl: line") && message.contains(problem), "\(message)")
    }

    @Test func `Ids of any length keep their digits, and half an emoji becomes a replacement character`() throws {
        #expect(try table("{\"id\": 12345678901234567890123}\n").rows == [["12345678901234567890123"]])
        #expect(
            try table(#"{"a": "x\ud83d", "b": "\udc4dx", "c": "\ud83d\ud83d\udc4d", "d": "\uD83Dn\u0041"}"#).rows
                == [["x\u{FFFD}", "\u{FFFD}x", "\u{FFFD}👍", "\u{FFFD}nA"]])
    }

    // Foundation's reader is the reference: what it refuses is refused, what it takes is taken with the same text.
    @Test func `Lines with any byte changed are read or refused as Foundation does`() throws {
        let whole = Array(#"{"a" : "x\u00e9\n\ud83d\udc4d/é", "b":[1,-2.5e+3,true,{}],"c":null}"#.utf8)
        var taken = 0
        for position in whole.indices {
            for byte in Array("\"\\{}[]:,0e-+.u tn".utf8) + [0x01, 0x80, 0xC3] {
                var bytes = whole
                bytes[position] = byte
                let reference = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
                let table = try? bytes.withUnsafeBytes { try Table(jsonl: $0, source: "changed") }
                let text = try? table?.column("a").first
                // Half a surrogate pair is the one thing that is taken here and refused there.
                if reference == nil, text?.unicodeScalars.contains("\u{FFFD}") == true { continue }
                taken += reference == nil ? 0 : 1
                #expect((table == nil) == (reference == nil), "\(String(decoding: bytes, as: UTF8.self))")
                if let expected = reference?["a"] as? String {
                    #expect(text.map { Array($0.utf8) } == Array(expected.utf8))
                }
            }
        }
        #expect(taken > 100)
    }

    @Test func `Bytes that are no text are an error with their line`() {
        let bytes = Array("{\"a\": 1}\n{\"a\": \"".utf8) + [0xE9] + Array("\"}\n".utf8)
        #expect(
            message { try table(bytes) }.contains(
                "line 2: the line is not a JSON object: byte 9: the text is not valid"))
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
