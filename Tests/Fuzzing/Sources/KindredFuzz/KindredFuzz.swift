import FuzzDriver

@testable import Kindred

// SwiftPM calls the entry point of a program by its module's name.
@_cdecl("KindredFuzz_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    runFuzzer(["csv": fuzzCSV, "jsonl": fuzzJSONL], count, arguments)
}

@Sendable private func fuzzCSV(_ bytes: UnsafeRawBufferPointer) {
    for delimiter in TableDelimiter.allCases {
        guard let table = try? Table(csv: bytes, delimiter: delimiter, source: "fuzz") else { continue }
        checkForm(table)
    }
}

@Sendable private func fuzzJSONL(_ bytes: UnsafeRawBufferPointer) {
    if let table = try? Table(jsonl: bytes, source: "fuzz") { checkForm(table) }
    // What is read can be written and is then read as the same.
    guard let value = try? JSONValue.parse(bytes) else { return }
    let again = Array(value.jsonText.utf8).withUnsafeBytes { try? JSONValue.parse($0) }
    check(again == value, "the text of a value is read as another")
}

private func checkForm(_ table: Table) {
    check(table.rows.allSatisfy { $0.count == table.columns.count }, "a row of another length")
    check(table.lines.count == table.rows.count, "a row without a line")
}
