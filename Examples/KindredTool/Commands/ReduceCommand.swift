import ArgumentParser
import Kindred

/// `kindred reduce`: long vectors become shorter ones.
struct ReduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reduce",
        abstract: "Describe vectors by fewer features.",
        discussion: """
            Rows that hold nothing, by the .rows.csv beside the input, are left out of the fit and stay zero.

            EXAMPLE
              kindred reduce --method pca --components 50 --input x.npy --output y.npy
              kindred reduce --components 0.95 --whiten --input x.npy --output y.npy
            """)

    @OptionGroup var files: VectorCommandFiles
    @OptionGroup var reduction: ReductionOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        try files.output.check()
        let vectors = try session.vectors(files.input, for: "PCA") { rows, columns in
            try reduction.reducer(rows: rows, columns: columns, seed: common.seed)
                .memoryEstimate(rows: rows, columns: columns)
        }
        let present = vectors.presentRows
        let reducer = try reduction.reducer(rows: present.count, columns: vectors.columns, seed: common.seed)
        let data = try vectors.presentMatrix()
        let model = try reducer.fit(data, progress: session.progress)
        let reduced = try model.transform(data)
        try session.write(
            reduced.scattering(to: present, outOf: vectors.rows), vectors.sheet, to: files.output.path)
        let share = model.explainedVarianceRatio.reduce(0, +)
        session.finish(
            "\(vectors.rows) vectors of \(vectors.columns) features now have \(model.dimension), "
                + "with \(Percentage(share)) of the variance, in \(files.output)",
            json: [
                "method": .string(reduction.method.rawValue),
                "rows": .integer(vectors.rows),
                "left_out": .integer(vectors.sheet.absentCount),
                "features": .integer(vectors.columns),
                "components": .integer(model.dimension),
                "explained_variance_ratio": .array(model.explainedVarianceRatio.map { .number($0) }),
                "whiten": .boolean(reduction.whiten),
                "output": .string(files.output.path),
            ])
    }
}
