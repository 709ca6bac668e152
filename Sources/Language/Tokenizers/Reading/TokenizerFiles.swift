import Tensor

/// Reading whole files, with this module's errors.
enum TokenizerFiles {
    static func bytes(_ path: String) throws(LanguageError) -> FileBytes {
        do throws(TensorError) {
            return try FileBytes(mapping: path)
        } catch {
            throw .file(path: path, reason: reason(error))
        }
    }

    static func exists(_ path: String) throws(LanguageError) -> Bool {
        do throws(TensorError) {
            return try FileKind.ofPath(path) == .regular
        } catch {
            throw .file(path: path, reason: reason(error))
        }
    }

    private static func reason(_ error: TensorError) -> String {
        if case .file(_, let reason) = error { reason } else { "\(error)" }
    }

    /// The JSON value in a file; `nil` where there is no such file.
    static func json(_ path: String) throws(LanguageError) -> JSONValue? {
        guard try exists(path) else { return nil }
        return try reading(path) { reader throws(JSONReader.Problem) in
            let value = try JSONValue(try reader.next(), &reader)
            _ = try reader.next()
            return value
        }
    }

    /// Calls `body` with a reader of the JSON value in a file, and says in this module's words what is wrong with it.
    static func reading<R>(
        _ path: String, _ body: (inout JSONReader) throws(JSONReader.Problem) -> R
    ) throws(LanguageError) -> R { try reading(try bytes(path), body) }

    static func reading<R>(
        _ file: FileBytes, _ body: (inout JSONReader) throws(JSONReader.Problem) -> R
    ) throws(LanguageError) -> R {
        do throws(JSONReader.Problem) {
            return try file.withBytes { bytes throws(JSONReader.Problem) in
                var reader = JSONReader(bytes, deepest: TokenizerDescription.deepest)
                return try body(&reader)
            }
        } catch {
            throw .format(path: file.path, reason: "the file is damaged at byte \(error.offset): \(error.reason)")
        }
    }
}
