import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct NearestScreenTests {
    /// What a screen found for rows taken in groups: nil where it is in doubt.
    private struct Found: Equatable {
        var nearest: [Int32?] = []
        var upper: [Float] = []
        var lower: [Float] = []
    }

    private func find(_ rows: Matrix, _ indices: [Int32], among vectors: Matrix) -> Found? {
        let squares = vectors.rowSquaredNorms()
        guard let screen = NearestScreen(vectors, offsets: squares.map { $0 / 2 }, squares: squares) else { return nil }
        let norms = rows.rowSquaredNorms().map { Float($0) }
        let group = NearestScreen.Rows(depth: rows.columns)
        var found = Found()
        rows.withUnsafeBufferPointer { elements in
            indices.withUnsafeBufferPointer { indices in
                guard let elements = elements.baseAddress, let start = indices.baseAddress else { return }
                for first in stride(from: 0, to: indices.count, by: NearestScreen.rowCount) {
                    let count = min(NearestScreen.rowCount, indices.count - first)
                    screen.findNearest(
                        elements, squares: norms, at: start + first, count: count,
                        expected: min(5, indices.count - first - count),
                        into: group)
                    for position in 0..<count {
                        let isSure = !group.isDoubtful(position)
                        found.nearest.append(isSure ? group.nearest[position] : nil)
                        found.upper.append(isSure ? group.upper.start[position] : 0)
                        found.lower.append(isSure ? group.lower.start[position] : 0)
                    }
                }
            }
        }
        return found
    }

    /// The naive twin: squared distances one by one in double precision.
    private func distances(_ row: Matrix.Row, _ vectors: Matrix) -> [Double] {
        (0..<vectors.rows).map { index in
            zip(row, vectors.row(index)).reduce(0.0) {
                $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
            }
        }
    }

    static let shapes = [
        (1, 1, 1), (3, 1, 2), (31, 2, 3), (33, 3, 14), (127, 5, 15), (129, 16, 29), (200, 31, 13), (257, 33, 100),
        (140, 65, 28), (64, 300, 43), (40, 1025, 7),
    ]

    @Test(
        "what a screen is sure of is true, its bounds hold, and it is sure of most, at every level", arguments: shapes)
    func sureIsTrue(count: Int, depth: Int, vectorCount: Int) throws {
        let rows = randomMatrix(rows: count, columns: depth, seed: 1)
        let vectors = randomMatrix(rows: vectorCount, columns: depth, seed: 2)
        // Not in order, and one of them twice.
        let indices = (0..<count).map { Int32(($0 * 7) % count) } + [Int32(count / 2)]
        var forms: [Found] = []
        forEachKernelForm { if let found = find(rows, indices, among: vectors) { forms.append(found) } }
        let found = try #require(forms.first)
        #expect(forms.allSatisfy { $0 == found })
        for (position, row) in indices.enumerated() {
            guard let nearest = found.nearest[position] else { continue }
            let distances = distances(rows.row(Int(row)), vectors)
            let own = distances[Int(nearest)]
            #expect(own == distances.min())
            #expect(Double(found.upper[position]) >= own.squareRoot())
            #expect(Double(found.upper[position]) <= own.squareRoot() + 0.1 * Double(depth).squareRoot())
            let others = distances.indices.filter { $0 != Int(nearest) }.map { distances[$0] }
            let second = (others.min() ?? .infinity).squareRoot()
            #expect(Double(found.lower[position]) <= second)
            #expect(Double(found.lower[position]) >= second - 0.1 * Double(depth).squareRoot())
        }
        #expect(found.nearest.count { $0 == nil } <= count / 4 + 1)
    }

    @Test("equal and nearly equal vectors leave a screen in doubt")
    func nearTies() throws {
        var vectors = randomMatrix(rows: 20, columns: 12, seed: 3)
        for column in 0..<12 {
            vectors[13, column] = vectors[4, column]
            vectors[19, column] = vectors[5, column] * 1.000_001
        }
        let found = try #require(find(vectors, Array(0..<20), among: vectors))
        for row in [4, 5, 13, 19] { #expect(found.nearest[row] == nil) }
        for row in [0, 1, 2, 3, 6] { #expect(found.nearest[row] == Int32(row)) }
    }

    @Test(
        "very small, very large and outlying numbers are in doubt or right",
        arguments: [1e-37, 1e-25, 1e-15, 1e-6, 1e6, 1e15, 1e18] as [Float])
    func magnitudes(factor: Float) {
        var rows = randomMatrix(rows: 150, columns: 9, seed: 4)
        var vectors = randomMatrix(rows: 17, columns: 9, seed: 5)
        for row in 0..<150 { for column in 0..<9 { rows[row, column] *= factor } }
        for row in 0..<17 { for column in 0..<9 { vectors[row, column] *= factor } }
        for outlier in [1, 1e9] as [Float] {
            rows[77, 3] *= outlier
            guard let found = find(rows, Array(0..<150), among: vectors) else {
                #expect(factor < 1e-20 || factor > 1e16)
                continue
            }
            for row in 0..<150 {
                guard let nearest = found.nearest[row] else { continue }
                let distances = distances(rows.row(row), vectors)
                #expect(distances[Int(nearest)] == distances.min())
            }
        }
    }

    @Test("vectors of zeros only, and too many elements, are not screened")
    func refused() {
        #expect(NearestScreen(Matrix(rows: 3, columns: 4), offsets: [0, 0, 0], squares: [0, 0, 0]) == nil)
        let long = Matrix(rows: 1, columns: 1 << 17 + 1)
        #expect(NearestScreen(long, offsets: [1], squares: [1]) == nil)
    }
}
