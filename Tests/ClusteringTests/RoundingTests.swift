import Clustering
import Tensor
import Testing
import _TestSupport

/// Results by products of rounded rows are those by products of floats.
@Suite struct RoundingTests {
    enum Shape: String, CaseIterable, Sendable {
        case groups, far, noise, tight, grid, duplicates, lengths, zeros, outlier, huge, tiny, one, line, deep

        func rows() -> Matrix {
            switch self {
            case .groups: blobs(centers: 9, count: 70, dimension: 40, spread: 20, seed: 1).points
            case .far: blobs(centers: 5, count: 60, dimension: 40, spread: 3000, deviation: 0.05, seed: 2).points
            case .noise: randomMatrix(rows: 500, columns: 100, seed: 3)
            // Groups so small that rounding cannot tell their rows apart.
            case .tight: blobs(centers: 4, count: 120, dimension: 50, spread: 50, deviation: 0.001, seed: 4).points
            case .grid: Matrix((0..<500).map { row in (0..<34).map { Float((row >> ($0 % 5)) % 3) } })
            case .duplicates: randomMatrix(rows: 60, columns: 33, seed: 5).gatheringRows((0..<420).map { $0 * 7 % 60 })
            case .lengths: scaled(40) { Float(sign: .plus, exponent: $0 % 30 - 15, significand: 1) }
            case .zeros: scaled(40) { $0 % 3 == 0 ? 0 : 1 }
            case .outlier: scaled(40) { $0 == 17 ? 1e12 : 1 }
            case .huge: scaled(64) { _ in 1e17 }
            case .tiny: scaled(64) { _ in 1e-11 }
            case .one: randomMatrix(rows: 1, columns: 40, seed: 7)
            case .line: randomMatrix(rows: 300, columns: 1, seed: 8)
            case .deep: randomMatrix(rows: 150, columns: 2000, seed: 9)
            }
        }

        private func scaled(_ columns: Int, _ factor: (Int) -> Float) -> Matrix {
            var rows = randomMatrix(rows: 400, columns: columns, seed: 6)
            for row in 0..<rows.rows { for column in 0..<columns { rows[row, column] *= factor(row) } }
            return rows
        }
    }

    static let metrics: [Metric] = [.euclidean, .cosine, .manhattan]

    @Test("nearest rows do not depend on rounding", arguments: Shape.allCases, metrics)
    func nearest(shape: Shape, metric: Metric) throws {
        let data = PreparedRows(shape.rows(), metric: metric)
        let k = min(9, data.count - 1)
        let queries = data.gathering(stride(from: 0, to: data.count, by: 3).map { $0 })
        for (queries, itself) in [(data, true), (queries, false)] {
            let found = try [false, true].map { rounding in
                try NearestRows(data, rounding: rounding).nearest(
                    k, to: queries, excludingSelf: itself, progress: .none)
            }
            #expect(found[0].indices == found[1].indices)
            #expect(found[0].comparables == found[1].comparables)
        }
    }

    @Test("spanning trees do not depend on rounding", arguments: Shape.allCases, metrics)
    func trees(shape: Shape, metric: Metric) throws {
        let data = PreparedRows(shape.rows(), metric: metric)
        let trees = try [false, true].map { rounding in
            try MutualReachabilityTree(
                pairs: data, minimumSamples: min(4, data.count), rounding: rounding, progress: .none)
        }
        #expect(trees[0].cores == trees[1].cores)
        #expect(trees[0].edges.map(\.a) == trees[1].edges.map(\.a))
        #expect(trees[0].edges.map(\.b) == trees[1].edges.map(\.b))
        #expect(trees[0].edges.map(\.weight) == trees[1].edges.map(\.weight))
    }

    @Test("rows within a radius do not depend on rounding", arguments: Shape.allCases, metrics)
    func radius(shape: Shape, metric: Metric) throws {
        let rows = shape.rows()
        let data = PreparedRows(rows, metric: metric)
        let k = min(6, data.count - 1)
        let lists = try NearestRows(data, rounding: false).nearest(k, to: data, excludingSelf: true, progress: .none)
        // Also radii at which exactly one row lies, and none.
        let distances = lists.comparables.sorted()
        let radii = distances.isEmpty ? [0] : [distances[distances.count / 2], distances[distances.count / 5], 0]
        for radius in radii {
            let scans = [false, true].map { RadiusScan(data, radius: radius, rounding: $0) }
            let dense = try scans.map { try $0.rowsWithNeighbors(atLeast: 4, progress: .none) }
            #expect(dense[0] == dense[1])
            let naive = (0..<data.count).map { row in
                (0..<data.count).count { data.exactComparable(row, data, $0) <= radius } >= 4
            }
            #expect(dense[0] == naive)
            let components = try scans.map { try $0.connectedComponents(progress: .none) }
            #expect(components[0] == components[1])
            let borders = try scans.map { try $0.lowestLabel(near: data, labels: components[0], progress: .none) }
            #expect(borders[0] == borders[1])
        }
    }

    @Test(
        "enough rows for rounding by default: the same trees for any number of threads, and as by floats",
        arguments: [Shape.groups, .tight])
    func byDefault(shape: Shape) throws {
        let part = shape.rows()
        // Copies moved a little, so that there are more rows than a sample needs.
        var rows = part.gatheringRows((0..<1300).map { $0 % part.rows })
        for row in part.rows..<rows.rows { rows[row, row % rows.columns] += 0.01 * Float(row) }
        let data = PreparedRows(rows, metric: .euclidean)
        let expected = try MutualReachabilityTree(pairs: data, minimumSamples: 4, rounding: false, progress: .none)
        let radius = expected.cores.sorted()[700]
        let components = try RadiusScan(data, radius: radius, rounding: false).connectedComponents(progress: .none)
        let found = try withThreadCounts {
            let tree = try MutualReachabilityTree(pairs: data, minimumSamples: 4, progress: .none)
            #expect(tree.cores == expected.cores)
            #expect(tree.edges.map(\.weight) == expected.edges.map(\.weight))
            #expect(try RadiusScan(data, radius: radius).connectedComponents(progress: .none) == components)
            return tree.edges.map { [$0.a, $0.b] }
        }
        #expect(found.allSatisfy { $0 == expected.edges.map { [$0.a, $0.b] } })
    }
}
