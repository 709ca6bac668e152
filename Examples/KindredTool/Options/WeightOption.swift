import ArgumentParser
import Kindred

/// How much each row counts.
struct WeightOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How much each row counts: a .npy file of one number for each row of the input, or a CSV file with the columns id "
                + "and weight.", valueName: "w.npy"))
    var weights: String?

    /// The weights of the rows that hold something; `nil` when all count the same.
    ///
    /// - Throws: ``ToolError`` for another number of weights than rows, or what is no number.
    func values(for vectors: VectorFile) throws -> [Double]? {
        guard let weights else { return nil }
        let all = weights.hasSuffix(".npy") ? try array(weights) : try column(weights, vectors)
        guard all.count == vectors.rows else {
            throw ToolError.badData(
                "\(weights) has \(all.count) weights, but \(vectors.path) has \(vectors.rows) rows; give one for each")
        }
        return vectors.presentRows.map { all[$0] }
    }

    private func array(_ path: String) throws -> [Double] {
        let file = try NPYFile(path)
        guard file.shape.count == 1 || (file.shape.count == 2 && file.shape[1] == 1) else {
            throw ToolError.badData("\(path) has the shape \(file.shape); weights are one number for each row")
        }
        return try file.floats().map { Double($0) }
    }

    private func column(_ path: String, _ vectors: VectorFile) throws -> [Double] {
        let fields = try LabelsFile(path, column: "weight").fields(of: vectors.sheet.ids, in: vectors.path)
        return try fields.enumerated().map { row, field in
            guard let weight = Double(field) else {
                throw ToolError.badData(
                    "\(path): the weight of row \"\(vectors.sheet.ids[row])\" is \"\(field)\", no number")
            }
            return weight
        }
    }

    /// Fits an algorithm with these weights.
    func fit<Algorithm: WeightedClusteringAlgorithm>(
        _ algorithm: Algorithm
    ) -> (VectorFile, Matrix, ProgressHandler) throws -> Algorithm.Model {
        { vectors, data, progress in
            try algorithm.fit(data, weights: values(for: vectors), progress: progress)
        }
    }
}
