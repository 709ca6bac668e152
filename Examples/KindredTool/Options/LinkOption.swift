import ArgumentParser
import Kindred

/// What is known about pairs of rows.
struct LinkOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Pairs of rows that belong together, or do not: a CSV file with the columns first, second (ids) and link (must or "
                + "cannot).", valueName: "links.csv"))
    var links: String?

    /// The constraints on the rows that hold something.
    ///
    /// - Throws: ``ToolError`` for a line that names no such row, or another kind of link.
    func constraints(of vectors: VectorFile) throws -> LinkConstraints {
        var result = LinkConstraints()
        guard let links else { return result }
        let places = Dictionary(
            vectors.presentRows.enumerated().map { (vectors.sheet.ids[$1], $0) },
            uniquingKeysWith: { first, _ in first })
        let table = try Table(csv: links, delimiter: .automatic)
        let (first, second, kinds) = (try table.column("first"), try table.column("second"), try table.column("link"))
        for line in kinds.indices {
            func place(_ id: String) throws -> Int {
                guard let place = places[id] else {
                    throw ToolError.badData(
                        "\(links), row \(line + 1): \(vectors.path) has no row \"\(id)\" that holds something")
                }
                return place
            }
            let pair = LinkConstraints.Pair(try place(first[line]), try place(second[line]))
            switch kinds[line] {
            case "must": result.mustLink.append(pair)
            case "cannot": result.cannotLink.append(pair)
            case let other:
                throw ToolError.badData(
                    "\(links), row \(line + 1): the link is \"\(other)\"; it must be must or cannot")
            }
        }
        return result
    }
}
