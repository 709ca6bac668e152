import ArgumentParser
import Kindred

/// Neighbours that have been found already.
struct GraphOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Neighbours from `kindred neighbors` of the same vectors, in place of looking for them.",
            valueName: "graph.safetensors"))
    var graph: String?

    /// The graph of the rows that hold something.
    ///
    /// - Throws: ``ToolError`` for a graph of another number of rows.
    func neighbors(of vectors: VectorFile) throws -> NeighborGraph? {
        guard let graph else { return nil }
        let found = try NeighborGraph(contentsOf: graph)
        guard found.rowCount == vectors.presentRows.count else {
            throw ToolError.badData(
                "\(graph) has \(found.rowCount) rows, but \(vectors.path) has \(vectors.presentRows.count) that hold something; "
                    + "make it from the same vectors")
        }
        return found
    }
}
