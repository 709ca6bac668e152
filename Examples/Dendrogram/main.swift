import Foundation
import Kindred

// Draws the tree of merges of the rows of an array as a picture:
//
//     swift run -c release Dendrogram [VECTORS.npy [TREE.svg [LINKAGE [CLUSTERS]]]]
//
// Without vectors, it draws three groups of random points. Rows that are alike come to stand next to each other.

/// Draws the tree that the arguments ask for.
func draw(_ arguments: [String]) throws {
    let linkage = arguments.count > 2 ? Linkage(rawValue: arguments[2]) : .average
    let clusterCount = arguments.count > 3 ? Int(arguments[3]) : 3
    guard let linkage, let clusterCount, arguments.count <= 4 else {
        let names = Linkage.allCases.map(\.rawValue).joined(separator: ", ")
        print("usage: Dendrogram [VECTORS.npy [TREE.svg [LINKAGE [CLUSTERS]]]], with LINKAGE one of \(names)")
        exit(64)
    }
    let rows = try arguments.first.map { try Matrix(npy: $0) } ?? sampleRows()
    let output = arguments.count > 1 ? arguments[1] : "dendrogram.svg"

    let model = try Agglomerative(clusterCount: clusterCount, linkage: linkage).fit(rows)
    let order = try model.dendrogram.optimalLeafOrder(of: rows)
    let picture = TreePicture(model.dendrogram, order: order, labels: model.labels)
    try picture.write(to: output)

    let correlation = try model.dendrogram.copheneticCorrelation(with: rows)
    print(
        "\(rows.rows) rows, \(linkage.rawValue) linkage, cophenetic correlation \((correlation * 1000).rounded() / 1000)"
    )
    for (cluster, size) in model.labels.sizes.enumerated() { print("cluster \(cluster): \(size) rows") }
    print("open \(output)")
}

/// Three groups of points in the plane, of 20, 12 and 8.
func sampleRows() -> Matrix {
    var random = RandomSource(seed: 1, stage: "sample")
    let groups: [(count: Int, x: Double, y: Double)] = [(20, 0, 0), (12, 5, 1), (8, 2, 6)]
    return Matrix(
        groups.flatMap { group in
            (0..<group.count).map { _ in [Float(group.x + random.normal()), Float(group.y + random.normal())] }
        })
}

do {
    try draw(Array(CommandLine.arguments.dropFirst()))
} catch {
    print("Dendrogram: \(error)")
    exit(65)
}
