import ArgumentParser

/// `kindred explain`: why a result is what it is.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show what results come from: heatmap.",
        discussion: """
            EXAMPLE
              kindred explain heatmap --input pictures --encoder models/dinov2-small \\
                  --output seen
            """,
        subcommands: [ExplainHeatmapCommand.self])
}
