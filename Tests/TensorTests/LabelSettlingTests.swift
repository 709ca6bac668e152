import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct LabelSettlingTests {
    private struct State: Equatable {
        var labels: [Int32]
        var upper: [Float]
        var lower: [Float]
        var changed: [Int32] = []
        var previous: [Int32] = []
    }

    private func settled(
        _ rows: Matrix, _ indices: [Int32], among vectors: Matrix, from labels: [Int32], dropsBounds: Bool
    ) throws -> (found: State, twin: State) {
        let squares = vectors.rowSquaredNorms()
        let screen = try #require(NearestScreen(vectors, offsets: squares.map { $0 / 2 }, squares: squares))
        let norms = rows.rowSquaredNorms().map { Float($0) }
        let group = NearestScreen.Rows(depth: rows.columns)
        let start = State(
            labels: labels, upper: labels.map { Float($0) + 100 }, lower: labels.map { Float($0) - 100 })
        var (found, twin) = (start, start)
        found.changed = [Int32](repeating: -7, count: indices.count)
        found.previous = found.changed
        rows.withUnsafeBufferPointer { elements in
            guard let elements = elements.baseAddress else { return }
            screen.findNearest(
                elements, squares: norms, at: indices, count: indices.count, expected: 0, into: group)
        }
        if dropsBounds { group.dropBounds(indices.count) }
        let count = group.settle(
            indices, count: indices.count, labels: &found.labels, upper: &found.upper, lower: &found.lower,
            changed: &found.changed, previous: &found.previous)
        found.changed.removeLast(indices.count - count)
        found.previous.removeLast(indices.count - count)
        for (position, index) in indices.enumerated() {
            let row = Int(index)
            twin.upper[row] = dropsBounds ? .infinity : group.upper.start[position]
            twin.lower[row] = dropsBounds ? 0 : group.lower.start[position]
            guard !group.isDoubtful(position), twin.labels[row] != group.nearest[position] else { continue }
            twin.changed.append(index)
            twin.previous.append(twin.labels[row])
            twin.labels[row] = group.nearest[position]
        }
        return (found, twin)
    }

    @Test(
        "labels, bounds and changes are those of going row by row, for adjoining rows and others, at every level",
        arguments: [(1, 1), (63, 1), (64, 1), (65, 2), (100, 3), (128, 1), (128, 7)])
    func settling(count: Int, step: Int) throws {
        let rows = randomMatrix(rows: count * step + 3, columns: 6, seed: 1)
        var vectors = randomMatrix(rows: 9, columns: 6, seed: 2)
        // Rows near these are in doubt.
        for column in 0..<6 { vectors[8, column] = vectors[3, column] }
        var random = RandomSource(seed: 3, stage: "labels")
        let labels = (0..<rows.rows).map { _ in Int32(random.integer(below: 10)) - 1 }
        let indices = (0..<count).map { Int32(2 + $0 * step) }
        var forms: [State] = []
        for drops in [false, true] {
            forEachKernelForm {
                guard
                    let (found, twin) = try? settled(rows, indices, among: vectors, from: labels, dropsBounds: drops)
                else { return }
                #expect(found == twin)
                if !drops { forms.append(found) }
            }
        }
        let first = try #require(forms.first)
        #expect(forms.allSatisfy { $0 == first })
        #expect(count < 20 || first.changed.count > count / 2)
    }

    @Test(
        "moving rows changes sums as adding and taking away number by number does, at every level",
        arguments: [(1, 1), (5, 7), (40, 16), (33, 32), (20, 45)])
    func moving(count: Int, depth: Int) {
        let rows = randomMatrix(rows: 60, columns: depth, seed: 4)
        var random = RandomSource(seed: 5, stage: "labels")
        let labels = (0..<60).map { _ in Int32(random.integer(below: 4)) }
        let changed = (0..<count).map { Int32($0 + $0 / 3) }
        let previous = (0..<count).map { _ in Int32(random.integer(below: 5)) - 1 }
        var twin = (sums: [Double](repeating: 0.5, count: 4 * depth), totals: [Double](repeating: 1, count: 4))
        for (row, from) in zip(changed, previous) {
            for (label, sign) in [(labels[Int(row)], 1.0), (from, -1)] where label >= 0 {
                twin.totals[Int(label)] += sign
                for column in 0..<depth {
                    twin.sums[Int(label) * depth + column] += sign * Double(rows[Int(row), column])
                }
            }
        }
        forEachKernelForm {
            var found = (sums: [Double](repeating: 0.5, count: 4 * depth), totals: [Double](repeating: 1, count: 4))
            rows.withUnsafeBufferPointer { elements in
                guard let elements = elements.baseAddress else { return }
                RowKernel.moveRows(
                    elements, depth: depth, changed, from: previous, count: count, to: labels, sums: &found.sums,
                    totals: &found.totals)
            }
            #expect(found == twin)
        }
    }
}
