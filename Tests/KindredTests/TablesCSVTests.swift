import Foundation
import Kindred
import Testing
import _TestSupport

@Suite struct TablesCSVTests {
    func table(_ bytes: [UInt8], delimiter: TableDelimiter = .comma) throws -> Table {
        try withTemporaryDirectory { directory in
            try Table(csv: TestFiles(root: directory).write(bytes, to: "t.csv"), delimiter: delimiter)
        }
    }

    func table(_ text: String, delimiter: TableDelimiter = .comma) throws -> Table {
        try table(Array(text.utf8), delimiter: delimiter)
    }

    @Test(arguments: ["\n", "\r\n", "\r"], [true, false])
    func `All line ends are read, with and without one after the last row`(end: String, last: Bool) throws {
        let text = "id,text\(end)1,one\(end)2,\"two\(end)lines\"\(end)3," + (last ? end : "")
        let table = try table(text)
        #expect(table.columns == ["id", "text"])
        #expect(table.rows == [["1", "one"], ["2", "two\(end)lines"], ["3", ""]])
        #expect(table.lines == [2, 3, 5])
    }

    @Test func `A byte order mark is no part of the first name`() throws {
        #expect(try table([0xEF, 0xBB, 0xBF] + Array("id,b\n1,2\n".utf8)).columns == ["id", "b"])
        #expect(try table([0xEF, 0xBB, 0xBF] + Array("\"id\",b\n1,2\n".utf8)).columns == ["id", "b"])
    }

    @Test(arguments: [
        ("\"a \"\"quoted\"\" word\"", "a \"quoted\" word"),
        ("\"\"", ""),
        ("\"\"\"\"", "\""),
        ("\"\"\"\"\"\"", "\"\""),
        ("\"a,b\"", "a,b"),
        ("\"\n\"", "\n"),
        ("\"\r\n\r\n\"", "\r\n\r\n"),
        ("5\" nail", "5\" nail"),
        ("a\"\"b", "a\"\"b"),
        ("  spaces  ", "  spaces  "),
        (" \"x\"", " \"x\""),
        ("\u{301}accent first", "\u{301}accent first"),
        ("\"\u{FE0F}selector first\"", "\u{FE0F}selector first"),
        ("\"👍🏽\u{200D}\"", "👍🏽\u{200D}"),
        ("青蛙。", "青蛙。"),
        ("nul\0nul", "nul\0nul"),
    ])
    func `Quotes, breaks and every script keep their bytes`(field: String, expected: String) throws {
        let table = try table("a,b,c\n1,\(field),2\n\(field),x,\(field)\n")
        #expect(
            table.rows.map { $0.map { Array($0.utf8) } } == [
                ["1", expected, "2"].map { Array($0.utf8) }, [expected, "x", expected].map { Array($0.utf8) },
            ])
    }

    @Test func `A ragged row is an error with file, line, row and both counts`() throws {
        let short = "id,text\n1,\"two\nlines\"\n2\n"
        #expect(message { try table(short) }.contains("t.csv: line 4 (row 2) has 1 field; the table has 2 columns"))
        #expect(message { try table("a,b\n1,2,3\n") }.contains("line 2 (row 1) has 3 fields; the table has 2 columns"))
        #expect(throws: KindredError.self) { try table("a,b\n1,2\n3,4,\n") }
    }

    @Test func `A quote that does not end is an error with the line where it starts`() {
        #expect(
            message { try table("a,b\n1,2\n3,\"x\n4,5\n6,7\n") }.contains("line 3: the quoted field that starts here"))
        #expect(message { try table("a,b\n1,\"") }.contains("line 2"))
        #expect(message { try table("\"") }.contains("line 1"))
    }

    @Test func `Text after a closing quote is an error with its line`() {
        #expect(message { try table("a,b\n1,\"x\ny\"z\n") }.contains("line 3: there is text after a closing quote"))
    }

    @Test func `Bytes that are no text are an error with their line`() {
        let bytes = Array("a,b\n1,2\n3,".utf8) + [0xE9] + Array("t\n".utf8)
        #expect(message { try table(bytes) }.contains("line 3: the text is not valid UTF-8"))
        let quoted = Array("a,b\n1,\"".utf8) + [0xC0, 0xAF] + Array("\"\n".utf8)
        #expect(message { try table(quoted) }.contains("line 2: the text is not valid UTF-8"))
        #expect(message { try table([0xFF, 0xFE, 0x61, 0x00]) }.contains("UTF-16"))
    }

    @Test func `Blank lines are skipped, but are rows where there is one column`() throws {
        #expect(try table("\n\na,b\n\n1,2\n\n\n3,4\n\n").rows == [["1", "2"], ["3", "4"]])
        #expect(try table("text\none\n\nthree\n").rows == [["one"], [""], ["three"]])
        #expect(try table("a,b\n,\n").rows == [["", ""]])
    }

    @Test func `A table without rows is a table, a file without a header is an error`() throws {
        #expect(try table("id,text\n").rows.isEmpty)
        #expect(try table("id,text").columns == ["id", "text"])
        for empty in ["", "\n\n", "\u{FEFF}"] {
            #expect(message { try table(empty) }.contains("the file is empty"))
        }
    }

    @Test func `Two columns of one name are an error`() {
        #expect(message { try table("id,text,id\n1,2,3\n") }.contains("columns 1 and 3 are both called \"id\""))
    }

    @Test func `A column that is missing is named with those that exist`() throws {
        let table = try table("id, text\n1,2\n")
        #expect(try table.column("id") == ["1"])
        #expect(message { try table.column("text") }.hasSuffix("there is no column \"text\"; it has \"id\", \" text\""))
    }

    @Test(arguments: [
        ("a;b;c\n1,5;2;3\n", TableDelimiter.semicolon), ("a\tb\tc\n1,5\t2\t3\n", .tab),
        ("a,b,c\n\"1,5\",2,3\n", .comma),
        ("\n\"x;;;;\",\"b,\"\"\",c\n\"1,5\",2,3\n", .comma),
    ])
    func `Other delimiters are read when named or found in the header`(text: String, delimiter: TableDelimiter) throws {
        let named = try table(text, delimiter: delimiter)
        #expect(named.columns.count == 3 && named.rows == [["1,5", "2", "3"]])
        #expect(try table(text, delimiter: .automatic).rows == named.rows)
    }

    @Test func `A single column is found to be one`() throws {
        #expect(try table("text\none; two\n", delimiter: .automatic).rows == [["one; two"]])
    }

    @Test func `Fifty thousand rows with quotes take well under two seconds`() throws {
        var text = "id,image,text,label\n"
        for row in 0..<50_000 {
            text +=
                "p\(row),images/p\(row).jpg,\"a \"\"quoted\"\" caption,\r\nnumber \(row), as long as captions are\",c\(row % 7)\n"
        }
        let clock = ContinuousClock()
        var table: Table?
        let time = try clock.measure { table = try self.table(text) }
        #expect(table?.rows.count == 50_000)
        #expect(table?.rows.last?[2] == "a \"quoted\" caption,\r\nnumber 49999, as long as captions are")
        #expect(table?.lines.last == 2 + 2 * 49_999)
        #expect(time < .seconds(2), "\(time)")
    }

    @Test func `What is missing, a directory or a loop of links is an error with the system's reason`() throws {
        try withTemporaryDirectory { directory in
            let files = TestFiles(root: directory)
            #expect(message { try Table(csv: files.path("none.csv")) }.hasSuffix("none.csv: No such file or directory"))
            #expect(message { try Table(csv: directory.path) }.contains("Is a directory"))
            try files.link("loop.csv", to: "loop.csv")
            #expect(message { try Table(csv: files.path("loop.csv")) }.contains("symbolic links"))
        }
    }

    @Test func `A damaged file is a table or an error, never a crash`() throws {
        let whole = Array("\u{FEFF}id,\"te\"\"xt\"\r\n1,\"a\r\nb\"\r\n2,é\r\n".utf8)
        for position in whole.indices {
            for byte in [0, 0x0A, 0x0D, 0x22, 0x2C, 0xFF] as [UInt8] {
                var changed = whole
                changed[position] = byte
                for bytes in [changed, Array(changed[...position])] {
                    do {
                        let table = try bytes.withUnsafeBytes {
                            try Table(csv: $0, delimiter: .automatic, source: "changed")
                        }
                        #expect(table.rows.allSatisfy { $0.count == table.columns.count })
                    } catch {
                        #expect(error is KindredError)
                    }
                }
            }
        }
    }
}
