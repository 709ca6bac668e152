import ArgumentParser

/// What commands that turn vectors into vectors read and write.
struct VectorCommandFiles: ParsableArguments {
    @Option(help: ArgumentHelp("The vectors.", valueName: "x.npy"))
    var input: String

    @Option(help: ArgumentHelp("The new vectors; their rows' ids go to a .rows.csv beside it.", valueName: "y.npy"))
    var output: OutputPath
}
