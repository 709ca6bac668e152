import ArgumentParser

/// Where a table has its ids.
struct IDColumnOption: ParsableArguments {
    @Option(
        help: "The column of ids, which must differ (default: id, where there is one; else rows are numbered from 0).")
    var idColumn: String?
}

/// Where a table has its pictures.
struct ImageColumnOption: ParsableArguments {
    @Option(help: "The column of paths of pictures, relative to the table's directory.")
    var imageColumn = "image"
}

/// Where a table has its texts.
struct TextColumnOption: ParsableArguments {
    @Option(help: "The column of texts; given several times, their texts are joined (default: text).")
    var textColumn: [String] = []

    /// The columns to read from a table.
    var columns: [String] { textColumn.isEmpty ? ["text"] : textColumn }
}
