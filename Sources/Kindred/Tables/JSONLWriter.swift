import Foundation
import Tensor

/// Writes one JSON value per line: UTF-8, `\n` after each, keys in a fixed order.
public enum JSONLWriter {
    /// Writes `values`, with the keys of objects in the order given, to `path`, whole or not at all.
    ///
    /// - Throws: ``KindredError/file(path:reason:)``; then what was at `path` is still there.
    /// - Complexity: O(bytes).
    public static func write(_ values: some Sequence<JSONValue>, to path: String) throws(KindredError) {
        try kindredErrors(path) { () throws(TensorError) in
            let file = try AtomicFile(path)
            var line: [UInt8] = []
            for value in values {
                line.removeAll(keepingCapacity: true)
                value.append(to: &line)
                line.append(UInt8(ascii: "\n"))
                try file.write(line)
            }
            try file.commit()
        }
    }

    /// Writes `values`, with their keys in alphabetical order, to `path`, whole or not at all.
    ///
    /// - Throws: ``KindredError/format(path:line:reason:)`` for a value that JSON cannot hold, such as NaN, and
    ///   ``KindredError/file(path:reason:)``; then what was at `path` is still there.
    /// - Complexity: O(bytes).
    public static func write<Value: Encodable>(encoding values: some Sequence<Value>, to path: String)
        throws(KindredError)
    {
        let file = try kindredErrors(path) { () throws(TensorError) in try AtomicFile(path) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for (index, value) in values.enumerated() {
            let data: Data
            do {
                data = try encoder.encode(value)
            } catch {
                throw .format(path: path, line: index + 1, reason: "the value cannot be written as JSON: \(error)")
            }
            try kindredErrors(path) { () throws(TensorError) in try file.write(Array(data) + [UInt8(ascii: "\n")]) }
        }
        try kindredErrors(path) { () throws(TensorError) in try file.commit() }
    }
}
