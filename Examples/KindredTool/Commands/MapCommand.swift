import ArgumentParser
import Kindred

/// `kindred map`: a place on the plane for each vector.
struct MapCommand: ParsableCommand {
    /// The ways to draw a map.
    enum Method: String, ExpressibleByArgument, CaseIterable { case pca }

    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Give each vector a place on the plane.",
        discussion: """
            The result has two columns. Rows that hold nothing, by the .rows.csv beside the input, lie at the origin.

            EXAMPLE
              kindred map --method pca --input x.npy --output xy.npy
            """)

    @OptionGroup var files: VectorCommandFiles

    @Option(help: "How the map is drawn.")
    var method: Method = .pca

    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        try files.output.check()
        let vectors = try session.vectors(files.input, for: "the map") { rows, columns in
            PCA(keeping: .count(2)).memoryEstimate(rows: rows, columns: columns)
        }
        let present = vectors.presentRows
        let map = try PrincipalMap(vectors.presentMatrix(), seed: common.seed)
        try session.write(
            map.coordinates.scattering(to: present, outOf: vectors.rows), vectors.sheet, to: files.output.path)
        session.finish(
            "a map of \(present.count) rows that shows \(Percentage(map.explainedShare)) of the variance, in "
                + "\(files.output)",
            json: [
                "method": .string(method.rawValue),
                "rows": .integer(vectors.rows),
                "left_out": .integer(vectors.sheet.absentCount),
                "explained_variance_ratio": .array(map.explainedShares.map { .number($0) }),
                "output": .string(files.output.path),
            ])
    }
}
