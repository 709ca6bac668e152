import Clustering
import Tensor
import _TestSupport

/// What scipy, scikit-learn, genieclust and dynamicTreeCut say: `Scripts/references/dendrogram.py`.
struct DendrogramReference: Decodable {
    struct Linkage: Decodable {
        let set: String
        let linkage: String
        let metric: String
        let matrix: [[Double]]
        let cuts: [String: [Int]]
    }
    let sets: [String: [[Float]]]
    let linkages: [Linkage]

    static func load() throws -> DendrogramReference { try golden("dendrogram.json") }
    func data(_ name: String) -> Matrix { Matrix(sets[name] ?? []) }
}

/// Cuts, orders and graphs over the same sets.
struct DendrogramCutReference: Decodable {
    struct Cut: Decodable {
        struct Height: Decodable {
            let height: Double
            let labels: [Int]
        }
        struct Inconsistent: Decodable {
            let limit: Double
            let depth: Int
            let labels: [Int]
            let coefficients: [Double]
            let deviations: [Double]
        }
        struct Dynamic: Decodable {
            let minimumClusterSize: Int
            let deepSplit: Int
            let labels: [Int]
        }
        let set: String
        let linkage: String
        let matrix: [[Double]]
        let heights: [Height]
        let inconsistent: [Inconsistent]
        let correlation: Double
        let copheneticFromThree: [Double]
        let leafOrderSum: Double
        let dynamic: [Dynamic]
    }
    struct Connected: Decodable {
        let set: String
        let linkage: String
        let labels: [Int]
        let heights: [Double]
        let edges: [[Int]]
    }
    struct Genie: Decodable {
        let set: String
        let threshold: Double
        let k: Int
        let labels: [Int]
    }
    let cuts: [Cut]
    let connected: [Connected]
    let genie: [Genie]

    static func load() throws -> DendrogramCutReference { try golden("dendrogram-cuts.json") }
}

/// The tree that merges at random, heights ascending, of which every `plateau` are equal.
func randomTree(leaves: Int, plateau: Int = 1, seed: UInt64) -> Dendrogram {
    var random = RandomSource(seed: seed, stage: "tree")
    var nodes = Array(0..<leaves)
    var lowest = Array(0..<leaves)
    var sizes = [Int](repeating: 1, count: leaves)
    var merges: [Dendrogram.Merge] = []
    while nodes.count > 1 {
        let a = nodes.remove(at: random.integer(below: nodes.count))
        let b = nodes.remove(at: random.integer(below: nodes.count))
        let (first, second) = lowest[a] < lowest[b] ? (a, b) : (b, a)
        sizes.append(sizes[a] + sizes[b])
        lowest.append(lowest[first])
        nodes.append(leaves + merges.count)
        merges.append(
            .init(
                first: first, second: second, height: Double(merges.count / plateau + 1),
                leafCount: sizes[a] + sizes[b]))
    }
    return Dendrogram(leafCount: leaves, merges: merges)
}
