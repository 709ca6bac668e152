import ArgumentParser
import Foundation
import Kindred

/// `kindred explain heatmap`: which parts of pictures their vectors come from.
struct ExplainHeatmapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heatmap",
        abstract: "Show which parts of pictures a model's vectors come from.",
        discussion: """
            Without a direction, attention is followed through the layers (rollout): where the model looked. With \
            --text, for CLIP and its like, or --toward, a vector of the model's space, gradients tell what in a picture \
            moves its vector in that direction. Each picture becomes a PNG under its row number, with the heat over it; \
            what the model does not see is grey. heatmaps.jsonl has the numbers, and where the grid lies in the picture.

            EXAMPLE
              kindred explain heatmap --input pictures --encoder models/dinov2-small \\
                  --output seen
              kindred explain heatmap --input cat.jpg --text "a photo of a cat" \\
                  --encoder models/clip-vit-base-patch32 --output reasons
            """)

    enum Method: String, ExpressibleByArgument, CaseIterable {
        case rollout, gradient, attention
    }

    @Option(
        help: ArgumentHelp("The pictures: a file, a directory, or a table.", valueName: "picture|directory|posts.csv"))
    var input: String

    @OptionGroup var imageColumn: ImageColumnOption
    @OptionGroup var idColumn: IDColumnOption

    @Option(help: ArgumentHelp("The model: CLIP and its like, ViT, DINOv2.", valueName: "DIR|owner/name"))
    var encoder: String

    @Option(
        help: ArgumentHelp(
            "How to explain: rollout; or for a direction gradient, of a layer's activations, or attention, times its "
                + "gradients. (default: gradient with --text or --toward, else rollout)"
        ))
    var method: Method?

    @Option(help: ArgumentHelp("A text as direction, where the model knows texts.", valueName: "a red dress"))
    var text: String?

    @Option(
        help: ArgumentHelp(
            "A direction, or one for each picture: a cluster's centre minus that of the others.", valueName: "d.npy"))
    var toward: String?

    @Option(help: "The layer whose activations are looked at, from 1. (default: the last)")
    var layer: Int?

    @Option(help: "How rollout fuses heads: mean, max or min.")
    var headFusion = AttentionRollout.HeadFusion.mean

    @Option(help: "Which share of each token's attention rollout leaves out, the weakest first.")
    var discard = 0.0

    @Option(help: "The longest side of the pictures that are written, in pixels; larger ones become smaller.")
    var size = 768

    @Option(help: ArgumentHelp("Where pictures and heatmaps.jsonl are put.", valueName: "DIR"))
    var output: String

    @OptionGroup(title: "Models") var model: ModelOptions

    @OptionGroup var common: CommonOptions

    private var chosen: Method { method ?? (text == nil && toward == nil ? .rollout : .gradient) }

    func validate() throws {
        if size < 16 { throw ValidationError("--size is \(size); it must be at least 16") }
        if text != nil && toward != nil { throw ValidationError("give either --text or --toward, not both") }
        let hasDirection = text != nil || toward != nil
        if chosen == .rollout && hasDirection {
            throw ValidationError("--method rollout takes no direction; leave out --text and --toward")
        }
        if chosen != .rollout && !hasDirection {
            throw ValidationError("--method \(chosen.rawValue) needs a direction: --text or --toward")
        }
        if layer != nil && chosen != .gradient { throw ValidationError("--layer is for --method gradient") }
        if chosen != .rollout && (headFusion != .mean || discard != 0) {
            throw ValidationError("--head-fusion and --discard are for --method rollout")
        }
    }

    func run() throws {
        let session = Session(common)
        try OutputPath.makeDirectory(output)
        let directory = try EncoderChoice.directory(encoder)
        var options = try model.imageOptions()
        // CLIP's vectors of texts have length 1, and a text's score is a cosine.
        if text != nil { options.normalizes = true }
        let loaded = try Pretrained.imageEncoder(directory: directory, options: options)
        guard let explainer = VisionExplainer(loaded) else {
            throw ToolError.usage("--encoder is \(encoder); heat maps are for CLIP and its like, ViT and DINOv2")
        }
        let posts = try PostsFile.pictures(
            input, imageColumn: imageColumn.imageColumn, idColumn: idColumn.idColumn)
        for place in posts.skipped { session.remark("\(place.path) was not searched: \(place.reason)") }
        let maps = HeatMapFiles(
            explainer: explainer, method: try explaining(explainer, directory, posts, session), size: size,
            directory: output)
        try session.requireMemory(maps.memoryEstimate, for: "explaining")
        let records = try maps.write(posts, session)
        let count = records.count { $0.reason == nil }
        try session.write(maps.path("heatmaps.jsonl")) {
            try JSONLWriter.write(records.lazy.map(\.json), to: maps.path("heatmaps.jsonl"))
        }
        session.finish(
            "\(count) of \(counted(posts.count, "picture")) with heat maps of \(explainer.patchesAcross) × "
                + "\(explainer.patchesDown) patches in \(output)",
            json: [
                "encoder": .string(encoder),
                "method": .string(chosen.rawValue),
                "pictures": .integer(posts.count),
                "explained": .integer(count),
                "layers": .integer(explainer.layerCount),
                "output": .string(output),
            ])
    }

    /// What is to be done with pictures, which stand for rows of the input.
    private func explaining(
        _ explainer: VisionExplainer, _ directory: String, _ posts: PostCollection, _ session: Session
    ) throws -> HeatMapFiles.Method {
        guard chosen != .rollout else {
            let options = AttentionRollout(headFusion: headFusion, discardShare: discard)
            try options.validate()
            return { images, _ in try explainer.attentionRollout(of: images, options: options) }
        }
        let directions =
            if let text {
                try Pretrained.textEncoder(directory: directory).encode([text], progress: session.progress)
            } else {
                try VectorFile(toward ?? "").matrix()
            }
        let source = text == nil ? toward ?? "" : "--text"
        guard directions.columns == explainer.dimension else {
            throw ToolError.badData(
                "\(source) gives \(directions.columns) features, but \(encoder) has \(explainer.dimension)")
        }
        guard directions.rows == 1 || directions.rows == posts.count else {
            throw ToolError.badData(
                "\(source) has \(counted(directions.rows, "row")); there must be one, or one for each of the "
                    + "\(posts.count) pictures"
            )
        }
        let (layer, chosen) = (layer, chosen)
        return { images, rows in
            let part = directions.rows == 1 ? directions : directions.gatheringRows(rows)
            return chosen == .attention
                ? try explainer.gradientWeightedAttention(of: images, toward: part)
                : try explainer.gradientWeightedActivation(of: images, toward: part, layer: layer)
        }
    }
}

extension AttentionRollout.HeadFusion: ExpressibleByArgument {}
