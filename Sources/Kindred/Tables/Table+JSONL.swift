import Foundation
import Tensor

extension Table {
    /// The table in the JSONL file at `path`: one object per line.
    ///
    /// The columns are all keys that occur, in byte order; a key that a line lacks, like `null`, gives an empty field.
    /// Numbers and booleans become text, an array of them or of strings (tags, say) a list with commas between, and
    /// anything deeper JSON text. Blank lines are skipped.
    ///
    /// - Throws: ``KindredError/format(path:line:reason:)`` for a line that is not a JSON object.
    /// - Complexity: O(bytes + rows · columns).
    public init(jsonl path: String) throws(KindredError) {
        let map = try kindredErrors(path) { () throws(TensorError) in try MemoryMap(path) }
        defer { withExtendedLifetime(map) {} }
        var objects: [[String: JSONValue]] = []
        var lines: [Int] = []
        var columns: Set<String> = []
        let decoder = JSONDecoder()
        var reader = TextLines(map.bytes)
        while let line = reader.next() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            let object: [String: JSONValue]
            do {
                object = try decoder.decode([String: JSONValue].self, from: Data(line))
            } catch {
                throw .format(path: path, line: reader.number, reason: Self.reason(error, line: line))
            }
            columns.formUnion(object.keys)
            objects.append(object)
            lines.append(reader.number)
        }
        let names = columns.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let rows = objects.map { object in names.map { object[$0]?.field ?? "" } }
        try self.init(columns: names, rows: rows, lines: lines, source: path)
    }

    private static func reason(_ error: any Error, line: UnsafeRawBufferPointer) -> String {
        if String(validating: line, as: UTF8.self) == nil {
            return "the text is not valid UTF-8; save the file as UTF-8"
        }
        switch error as? DecodingError {
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            guard let key = context.codingPath.first else { return "a JSON object, {…}, is expected on each line" }
            return "the value of \"\(key.stringValue)\" cannot be read"
        case .dataCorrupted(let context):
            // Foundation keeps the parser's own words one level down.
            let parser = context.underlyingError.map {
                ($0 as NSError).userInfo["NSDebugDescription"] as? String ?? "\($0)"
            }
            return "the line is not a JSON object: \(parser ?? context.debugDescription)"
        default: return "the line is not a JSON object: \(error)"
        }
    }
}
