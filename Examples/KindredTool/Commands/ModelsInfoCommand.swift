import ArgumentParser
import Kindred

/// `kindred models info`.
struct ModelsInfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show what a model is: architecture, measures, files, licence.",
        discussion: """
            The model is a directory, or one of `kindred models list`. Nothing is downloaded.

            EXAMPLE
              kindred models info openai/clip-vit-base-patch32
              kindred models info models/all-MiniLM-L6-v2
            """)

    @Argument(help: ArgumentHelp("A directory, or a model's name.", valueName: "name|directory"))
    var model: String

    @Option(help: ArgumentHelp("A branch, tag or commit (default: main).", valueName: "name"))
    var revision: String?

    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        let description = try ModelDescription(directory: ModelHub().resolve(model, revision: revision))
        session.finish(Self.text(description), json: Self.json(description))
    }

    private static func text(_ model: ModelDescription) -> String {
        var lines = [
            ("architecture", [model.architecture, model.family].filter { !$0.isEmpty }.joined(separator: ", "))
        ]
        for tower in model.towers { lines.append((tower.name.isEmpty ? "transformer" : tower.name, measures(tower))) }
        if let dimension = model.sharedDimension { lines.append(("vectors", counted(dimension, "feature"))) }
        let types = model.elementTypes.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        lines.append(
            (
                "parameters",
                "\(model.parameters)" + (types.isEmpty ? "" : ", " + types.map(\.key.rawValue).joined(separator: ", "))
            ))
        lines.append(("licence", model.license ?? "not named"))
        lines.append(("directory", model.directory))
        lines.append(
            (
                "size",
                "\(MemorySize(bytes: model.files.reduce(0) { $0 + $1.bytes })) in \(counted(model.files.count, "file"))"
            ))
        let table = TextTable(
            columns: ["", ""], rows: model.files.map { [$0.path, "\(MemorySize(bytes: $0.bytes))"] }, leftAligned: [0])
        return
            (lines.map { $0.0 + String(repeating: " ", count: 14 - $0.0.count) + $0.1 }
            + table.lines.dropFirst().map { "  " + $0 }).joined(separator: "\n")
    }

    private static func measures(_ tower: ModelDescription.Tower) -> String {
        [
            tower.layers.map { counted($0, "layer") }, tower.width.map { "width \($0)" },
            tower.heads.map { counted($0, "head") },
            tower.imageSize.map { "pictures of \($0) × \($0)" }, tower.patchSize.map { "patches of \($0) × \($0)" },
            tower.tokens.map { "up to \($0) tokens" }, tower.vocabulary.map { "\($0) different" },
        ].compactMap { $0 }.joined(separator: ", ")
    }

    private static func json(_ model: ModelDescription) -> JSONValue {
        func count(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
        return [
            "directory": .string(model.directory),
            "architecture": .string(model.architecture),
            "family": .string(model.family),
            "towers": .array(
                model.towers.map { tower in
                    [
                        "name": .string(tower.name),
                        "layers": count(tower.layers),
                        "width": count(tower.width),
                        "heads": count(tower.heads),
                        "tokens": count(tower.tokens),
                        "vocabulary": count(tower.vocabulary),
                        "image_size": count(tower.imageSize),
                        "patch_size": count(tower.patchSize),
                    ]
                }),
            "dimension": count(model.sharedDimension),
            "parameters": .integer(model.parameters),
            "element_types": .object(
                model.elementTypes.sorted { $0.key.rawValue < $1.key.rawValue }
                    .map { .init($0.key.rawValue, .integer($0.value)) }),
            "license": model.license.map { .string($0) } ?? .null,
            "files": .object(model.files.map { .init($0.path, .integer($0.bytes)) }),
        ]
    }
}
