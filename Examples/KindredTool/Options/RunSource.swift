import ArgumentParser
import Foundation
import Kindred

/// Where the posts of `kindred run` come from.
struct RunSource: ParsableArguments {
    @Option(help: ArgumentHelp("A table of posts: .csv, .tsv or .jsonl.", valueName: "posts.csv"))
    var posts: String?

    @Option(
        help: ArgumentHelp(
            "A folder of pictures; the caption of x.png is the first line of x.txt beside it.", valueName: "directory"))
    var images: String?

    @Option(help: "The column of paths of pictures, relative to the table (default: image, where there is one).")
    var imageColumn: String?

    @Option(help: "The column of texts; may be given several times (default: text, where there is one).")
    var textColumn: [String] = []

    @Option(help: "The column of ids (default: id, where there is one; else rows are numbered from 0).")
    var idColumn: String?

    @Option(help: "The column of true groups, used for scoring only.")
    var truthColumn: String?

    @Flag(help: "With --images: the topmost folder of a picture is its true group, used for scoring only.")
    var truthFromFolder = false

    @Option(help: ArgumentHelp("With --images: the language of captions such as de.utf8=…", valueName: "zh_CN"))
    var language: String?

    func validate() throws {
        guard (posts == nil) != (images == nil) else {
            throw ValidationError("give either --posts or --images")
        }
        if images != nil, imageColumn != nil || !textColumn.isEmpty || idColumn != nil || truthColumn != nil {
            throw ValidationError("columns belong to --posts; a folder of pictures has none")
        }
        if posts != nil, truthFromFolder || language != nil {
            throw ValidationError("--truth-from-folder and --language belong to --images")
        }
    }

    func read() throws -> PostCollection {
        if let images {
            guard FileManager.default.fileExists(atPath: images) else {
                throw ToolError(.missingInput, "\(images): no such directory")
            }
            return try PostCollection(pictures: images, language: language, categoryFromFolder: truthFromFolder)
        }
        let path = posts ?? ""
        guard FileManager.default.fileExists(atPath: path) else {
            throw ToolError(.missingInput, "\(path): no such file")
        }
        guard let table = try PostsFile.readTable(path) else {
            throw ToolError.usage("--posts \(path): a table is called .csv, .tsv or .jsonl")
        }
        func usual(_ name: String) -> String? { table.columns.contains(name) ? name : nil }
        let image = imageColumn ?? usual("image")
        let texts = textColumn.isEmpty ? [usual("text")].compactMap { $0 } : textColumn
        guard image != nil || !texts.isEmpty else {
            throw ToolError.badData(
                "\(path) has no column image or text; name yours with --image-column and --text-column (it has "
                    + table.columns.joined(separator: ", ") + ")")
        }
        return try PostCollection(
            table: table, imageColumn: image, textColumns: texts, idColumn: idColumn ?? usual("id"),
            truthColumn: truthColumn, imageRoot: PostsFile.root(of: path))
    }
}
