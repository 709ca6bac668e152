import ArgumentParser
import Foundation
import Kindred

/// Which columns of a table hold what.
struct PostsOptions: ParsableArguments {
    @Option(help: "The column of ids, which must differ (default: rows are numbered from 0).")
    var idColumn: String?

    @Option(help: "The column of paths of pictures, relative to the table's directory.")
    var imageColumn: String?

    @Option(help: "The column of texts; may be given several times.")
    var textColumn: [String] = []

    /// The posts in the table, directory of pictures, or plain text file at `path`.
    ///
    /// - Parameters:
    ///   - images: whether pictures are wanted; then the column is `image` unless another is named.
    ///   - texts: whether texts are wanted; then the column is `text` unless others are named.
    func read(_ path: String, images: Bool, texts: Bool) throws -> PostCollection {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw ToolError(.missingInput, "\(path): no such file or directory")
        }
        let image = images ? imageColumn ?? "image" : nil
        let text = texts ? textColumn.isEmpty ? ["text"] : textColumn : []
        if isDirectory.boolValue {
            guard images else { throw ToolError.usage("\(path) is a directory; give a file with texts") }
            return try PostCollection(pictures: path)
        }
        switch URL(fileURLWithPath: path).pathExtension.lowercased() {
        case "csv", "tsv":
            return try PostCollection(
                csv: path, imageColumn: image, textColumns: text, idColumn: idColumn, delimiter: .automatic)
        case "jsonl", "ndjson":
            return try PostCollection(jsonl: path, imageColumn: image, textColumns: text, idColumn: idColumn)
        default:
            guard texts, !images else {
                throw ToolError.usage("\(path): give a directory of pictures, or a table called .csv, .tsv or .jsonl")
            }
            guard idColumn == nil, textColumn.isEmpty else {
                throw ToolError.usage(
                    "\(path) is read as one text per line and has no columns; a table is called .csv, .tsv or .jsonl")
            }
            return try PostCollection(lines: path)
        }
    }
}
