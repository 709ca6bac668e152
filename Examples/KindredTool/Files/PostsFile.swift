import Foundation
import Kindred

/// Posts as the tool's inputs hold them: tables by their names' endings, directories of pictures, plain lines of text.
enum PostsFile {
    /// The pictures, with captions where there are any, of the directory or table at `path`, or the one that is there.
    static func pictures(_ path: String, imageColumn: String, idColumn: String?) throws -> PostCollection {
        if try isDirectory(path) { return try PostCollection(pictures: path) }
        let file = URL(fileURLWithPath: path)
        if ["png", "jpg", "jpeg", "webp", "gif", "bmp"].contains(file.pathExtension.lowercased()) {
            return try PostCollection(
                table: Table(columns: ["id", "image"], rows: [[file.lastPathComponent, file.path]], source: path),
                imageColumn: "image", idColumn: "id")
        }
        guard let posts = try table(path, imageColumn: imageColumn, textColumns: [], idColumn: idColumn) else {
            throw ToolError.usage(
                "\(path): give a picture, a directory of pictures, or a table called .csv, .tsv or .jsonl")
        }
        return posts
    }

    /// The texts of the table or of the lines of the plain file at `path`.
    static func texts(_ path: String, textColumns: [String], idColumn: String?) throws -> PostCollection {
        if try isDirectory(path) { throw ToolError.usage("\(path) is a directory; give a file with texts") }
        if let posts = try table(path, imageColumn: nil, textColumns: textColumns, idColumn: idColumn) { return posts }
        guard idColumn == nil else {
            throw ToolError.usage(
                "\(path) is read as one text on each line and has no columns; a table is called .csv, .tsv or .jsonl")
        }
        return try PostCollection(lines: path)
    }

    /// The posts of the table at `path`; `nil` when its name is not that of a table.
    static func table(
        _ path: String, imageColumn: String?, textColumns: [String], idColumn: String?
    ) throws -> PostCollection? {
        guard let table = try readTable(path) else { return nil }
        return try PostCollection(
            table: table, imageColumn: imageColumn, textColumns: textColumns,
            idColumn: idColumn ?? (table.columns.contains("id") ? "id" : nil), imageRoot: root(of: path))
    }

    /// The table at `path`; `nil` when its name is not that of one.
    static func readTable(_ path: String) throws -> Table? {
        switch URL(fileURLWithPath: path).pathExtension.lowercased() {
        case "csv", "tsv": try Table(csv: path, delimiter: .automatic)
        case "jsonl", "ndjson": try Table(jsonl: path)
        default: nil
        }
    }

    /// The directory in which the relative paths of a table start.
    static func root(of path: String) -> String { URL(fileURLWithPath: path).deletingLastPathComponent().path }

    /// - Throws: ``ToolError`` when there is nothing at `path`.
    private static func isDirectory(_ path: String) throws -> Bool {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw ToolError(.missingInput, "\(path): no such file or directory")
        }
        return isDirectory.boolValue
    }
}
