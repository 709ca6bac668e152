import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

/// Published point sets, where they are present in `$KINDRED_DATA/points`: what fastcluster and genieclust make of them says
/// `Scripts/references/dendrogram_points.py`.
@Suite struct PublishedPointsTests {
    static let directory = ProcessInfo.processInfo.environment["KINDRED_DATA"].map {
        URL(fileURLWithPath: $0).appendingPathComponent("points")
    }
    static let isPresent = directory.map { FileManager.default.fileExists(atPath: $0.path) } ?? false

    struct Reference: Decodable {
        struct Entry: Decodable {
            struct Tree: Decodable {
                let sum: Double
                let sizes: [Int]
                let heights: [Double]
            }
            let rows: Int
            let k: Int
            let linkages: [String: Tree]
            let genie: [String: [Int]]
        }
        let sets: [String: Entry]
    }

    static func read(_ name: String) throws -> Matrix {
        let file = try #require(directory).appendingPathComponent(name + ".csv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let columns = try #require(lines.first).split(separator: ",").count { $0.hasPrefix("x") }
        return Matrix(
            try lines.dropFirst().map { line in
                try line.split(separator: ",").prefix(columns).map { try #require(Float($0)) }
            })
    }

    @Test("trees and clusters are fastcluster's and genieclust's", .enabled(if: isPresent))
    func agreesWithPeers() throws {
        let reference = try golden("dendrogram-points.json", as: Reference.self)
        #expect(reference.sets.count >= 20)
        for (name, expected) in reference.sets.sorted(by: { $0.key < $1.key }) {
            let data = try Self.read(name)
            #expect(data.rows == expected.rows)
            for (linkage, tree) in expected.linkages {
                let algorithm = Agglomerative(clusterCount: 1, linkage: try #require(Linkage(rawValue: linkage)))
                let found = try algorithm.fit(data).dendrogram
                let heights = found.merges.map(\.height).sorted()
                expectClose(heights.reduce(0, +), tree.sum, relativeTolerance: 1e-5)
                for (step, height) in tree.heights.enumerated() {
                    expectClose(heights[(heights.count - 1) * step / 6], height, relativeTolerance: 1e-5)
                }
                if !tree.sizes.isEmpty {
                    #expect(try found.labels(clusterCount: expected.k).sizes == tree.sizes, "\(name), \(linkage)")
                }
            }
            for (threshold, sizes) in expected.genie {
                let genie = Genie(clusterCount: expected.k, giniThreshold: try #require(Double(threshold)))
                #expect(try genie.fit(data).labels.sizes == sizes, "\(name), Genie \(threshold)")
            }
        }
    }
}
