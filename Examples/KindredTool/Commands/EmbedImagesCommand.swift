import ArgumentParser
import Kindred

/// `kindred embed images`.
struct EmbedImagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "images",
        abstract: "Turn pictures into vectors.",
        discussion: """
            The input is a directory, which is searched for .png, .jpg, .jpeg, .webp and .gif files, or a table with a \
            column of paths. A damaged picture becomes a row of zeros with a status; the others are not affected.

            EXAMPLE
              kindred embed images --input pictures --encoder classical \\
                  --output images.npy
              kindred embed images --input posts.csv --image-column image \\
                  --encoder models/clip-vit-base-patch32 --output images.npy
            """)

    @Option(help: ArgumentHelp("The pictures: a directory, or a table.", valueName: "directory|posts.csv|posts.jsonl"))
    var input: String

    @OptionGroup var imageColumn: ImageColumnOption
    @OptionGroup var idColumn: IDColumnOption

    @Option(
        help: ArgumentHelp(
            "What turns pictures into vectors: classical needs no weights; or a directory with a model: CLIP, ViT, DINOv2.",
            valueName: "classical|DIR|owner/name"))
    var encoder = "classical"

    @Option(help: ArgumentHelp("The vectors; ids and statuses go to a .rows.csv beside it.", valueName: "x.npy"))
    var output: OutputPath

    @OptionGroup(title: "Models") var model: ModelOptions

    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        try output.check()
        let choice = EncoderChoice(name: encoder, option: "--encoder", builtIn: "classical")
        let imageEncoder: any Encoder<Image>
        if let directory = try choice.directory() {
            imageEncoder = try Pretrained.imageEncoder(directory: directory, options: try model.imageOptions())
        } else {
            try model.check(without: encoder)
            imageEncoder = ClassicalImageEncoder()
        }
        var posts = try PostsFile.pictures(
            input, imageColumn: imageColumn.imageColumn, idColumn: idColumn.idColumn)
        for place in posts.skipped { session.remark("\(place.path) was not searched: \(place.reason)") }
        let pictures = PictureVectors(imageEncoder, batchSize: model.batchSize)
        try session.requireMemory(pictures.memoryEstimate(count: posts.count), for: "encoding")
        let vectors = try pictures.vectors(of: &posts, progress: session.progress)
        // Captions beside pictures are not asked for here, and so are not missed.
        let sheet = RowSheet(
            ids: posts.ids,
            statuses: zip(posts.imagePresence, posts.statuses).map { $0 && $1.kind != .ok ? .ok : $1 })
        session.remark(onAbsentRowsOf: sheet, in: RowSheet.path(beside: output.path))
        guard sheet.absentCount < posts.count else {
            throw ToolError.badData("\(input): no row has a picture that can be read; nothing was written")
        }
        try session.write(vectors, sheet, to: output.path)
        session.finish(
            "\(posts.count - sheet.absentCount) of \(posts.count) pictures as vectors of \(vectors.columns) features in "
                + "\(output)",
            json: [
                "encoder": .string(encoder),
                "rows": .integer(posts.count),
                "features": .integer(vectors.columns),
                "statuses": sheet.json,
                "output": .string(output.path),
                "row_sheet": .string(RowSheet.path(beside: output.path)),
            ])
    }
}
