import ArgumentParser
import Kindred

/// `kindred fuse`: vectors of pictures and vectors of texts become one vector for each item.
struct FuseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuse",
        abstract: "Join the vectors of several modalities into one for each item.",
        discussion: """
            All inputs describe the same items in the same order; where .rows.csv files lie beside them, their ids must \
            agree. An item that lacks a modality there is joined from the others; one that lacks all is a row of zeros.

            EXAMPLE
              kindred fuse --input images.npy texts.npy --weights 1,0.7 --output z.npy
              kindred fuse --method concat --normalization z-score --input a.npy b.npy \\
                  --output z.npy
            """)

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("The vectors of each modality, two files or more.", valueName: "a.npy b.npy"))
    var input: [String]

    @Option(help: ArgumentHelp("The joint vectors; their rows' ids go to a .rows.csv beside it.", valueName: "z.npy"))
    var output: OutputPath

    @OptionGroup var fusion: FusionOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        try output.check()
        let method = try fusion.method(modalities: input.count)
        let files = try input.map { try VectorFile($0) }
        let sheet = try fusedSheet(files)
        let mask = ModalityMask(files.map { file in file.sheet.statuses.map { $0.kind == .ok } })
        let rows = files.first?.rows ?? 0
        let width = files.reduce(0) { $0 + $1.columns }
        // The inputs, the rows of each that are present while it is fitted, and the result.
        try session.requireMemory(
            files.reduce(MemoryEstimate("joint vectors", floats: rows * width)) { $0 + $1.memoryEstimate },
            for: "joining")
        let matrices = try files.map { try $0.matrix() }
        let model = try method.fit(matrices, present: mask, progress: session.progress)
        try session.write(try model.fuse(matrices, present: mask), sheet, to: output.path)
        let whole = (0..<rows).count { row in mask.flags.allSatisfy { $0[row] } }
        session.finish(
            "\(rows) joint vectors of \(model.dimension) features in \(output): \(whole) from all \(files.count) inputs, "
                + "\(rows - whole - sheet.absentCount) from some, \(sheet.absentCount) from none",
            json: [
                "method": .string(fusion.method.rawValue),
                "normalization": .string(fusion.normalization.rawValue),
                "weights": .array(method.weights.map { .number($0) }),
                "rows": .integer(rows),
                "features": .integer(model.dimension),
                "complete": .integer(whole),
                "left_out": .integer(sheet.absentCount),
                "output": .string(output.path),
            ])
    }

    /// The ids that all inputs share, and what each item lacks.
    private func fusedSheet(_ files: [VectorFile]) throws -> RowSheet {
        guard let first = files.first, files.count >= 2 else {
            throw ToolError.usage("--input has \(files.count) file; there must be two or more to join")
        }
        for file in files.dropFirst() {
            guard file.rows == first.rows else {
                throw ToolError.badData(
                    "\(file.path) has \(file.rows) rows, but \(first.path) has \(first.rows); give the same items in each"
                )
            }
            if let row = zip(file.sheet.ids, first.sheet.ids).enumerated().first(where: { $1.0 != $1.1 })?.offset {
                throw ToolError.badData(
                    "row \(row) is called \"\(first.sheet.ids[row])\" in \(first.path) and \"\(file.sheet.ids[row])\" in "
                        + "\(file.path); give the same items in the same order")
            }
        }
        let statuses = (0..<first.rows).map { row in
            let lacking = files.filter { $0.sheet.statuses[row].kind != .ok }
            let reasons = lacking.map { "\($0.path): \($0.sheet.statuses[row])" }.joined(separator: "; ")
            return RowStatus(lacking.count == files.count ? .missingBoth : .ok, reasons)
        }
        return RowSheet(ids: first.sheet.ids, statuses: statuses)
    }
}
