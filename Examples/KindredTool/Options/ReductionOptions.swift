import ArgumentParser
import Kindred

/// How vectors are made shorter.
struct ReductionOptions: ParsableArguments {
    /// The ways to make vectors shorter.
    enum Method: String, ExpressibleByArgument, CaseIterable { case pca }

    @Option(help: "How the vectors are made shorter.")
    var method: Method = .pca

    @Option(
        help: ArgumentHelp(
            "How many features to keep, or, between 0 and 1, what share of the variance.", valueName: "count|share"))
    var components: ComponentChoice = .count(50)

    @Flag(help: "Scale each feature that is kept to variance 1.")
    var whiten = false

    /// The reduction for n rows of d features.
    ///
    /// - Throws: ``ToolError`` when more features are asked for than min(n, d).
    func reducer(rows: Int, columns: Int, seed: UInt64) throws -> PCA {
        let most = min(rows, columns)
        if case .count(let count) = components, count > most {
            throw ToolError.badData(
                "--components is \(count), but \(rows) rows of \(columns) features have only \(most) components; "
                    + "ask for at most \(most), or for a share of the variance such as 0.95")
        }
        let reducer = PCA(keeping: components.selection, whitens: whiten, seed: seed)
        try reducer.validate()
        return reducer
    }
}

/// The value of `--components`.
enum ComponentChoice: ExpressibleByArgument, CustomStringConvertible {
    case count(Int)
    case share(Double)

    init?(argument: String) {
        if let count = Int(argument), count >= 1 {
            self = .count(count)
        } else if let share = Double(argument), share > 0, share < 1 {
            self = .share(share)
        } else {
            return nil
        }
    }

    var selection: PrincipalComponents.Selection {
        switch self {
        case .count(let count): .count(count)
        case .share(let share): .varianceShare(share)
        }
    }

    var description: String {
        switch self {
        case .count(let count): "\(count)"
        case .share(let share): "\(share)"
        }
    }
}
