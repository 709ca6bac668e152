import ArgumentParser
import Kindred

/// How a tree of merges is cut into clusters.
struct CutOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Cut the tree into so many clusters.", valueName: "k"))
    var nClusters: Int?

    @Option(help: ArgumentHelp("Cut the tree at this height.", valueName: "height"))
    var distanceThreshold: Double?

    @Option(
        help: ArgumentHelp("Cut where a merge is so many deviations higher than those below it.", valueName: "limit"))
    var inconsistency: Double?

    @Option(help: "With --inconsistency: how many levels below a merge are looked at.")
    var depth = 2

    @Flag(help: "Cut each branch by its own shape (dynamic hybrid tree cut); the rest is noise.")
    var dynamic = false

    @Option(help: "With --dynamic: the fewest rows of a cluster.")
    var minClusterSize = 20

    @Option(help: "With --dynamic: how readily branches are split, from 0 to 4.")
    var deepSplit = 1

    @Option(help: "With --dynamic: merges above this are not made (default: at 99 % of the range of heights).")
    var cutHeight: Double?

    func validate() throws {
        let ways = [nClusters != nil, distanceThreshold != nil, inconsistency != nil, dynamic].count { $0 }
        guard ways == 1 else {
            throw ValidationError("give one of --n-clusters, --distance-threshold, --inconsistency and --dynamic")
        }
    }

    var cut: DendrogramCut {
        if let nClusters { return .count(nClusters) }
        if let distanceThreshold { return .height(distanceThreshold) }
        if let inconsistency { return .inconsistency(inconsistency, depth: depth) }
        return .dynamic(
            DynamicTreeCut(minimumClusterSize: minClusterSize, deepSplit: deepSplit, cutHeight: cutHeight))
    }
}

/// Where the tree itself goes.
struct TreeOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write the tree of merges, too: the columns first, second, height and size, as of scipy's linkage matrix. Leaves are "
                + "the rows that hold something, in order.", valueName: "tree.csv"))
    var tree: OutputPath?

    func check() throws { try tree?.check("--tree") }

    func write(_ dendrogram: Dendrogram, _ session: Session) throws {
        guard let tree else { return }
        try session.write(tree.path) {
            try CSVWriter.write(
                columns: ["first", "second", "height", "size"],
                rows: dendrogram.merges.lazy.map { merge in
                    [
                        "\(min(merge.first, merge.second))", "\(max(merge.first, merge.second))", "\(merge.height)",
                        "\(merge.leafCount)",
                    ]
                }, to: tree.path)
        }
    }
}
