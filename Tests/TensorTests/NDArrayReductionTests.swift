import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct NDArrayReductionTests {
    static let cases: [([Int], [Int])] = [
        ([], []), ([5], [0]), ([5, 17], [0]), ([5, 17], [1]), ([5, 17], [0, 1]), ([2, 3, 4], [1]),
        ([2, 3, 4], [0, 2]),
        ([2, 3, 4, 5], [1, 3]), ([2, 3, 4, 5], [0, 1]), ([2, 3, 4, 5], [2, 3]), ([3, 1, 4], [1]), ([3, 1, 4], [0, 2]),
        ([9000, 3], [0]), ([2, 5000, 2], [1]), ([600, 40], [1]), ([150_000], [0]), ([1, 700], [0]),
    ]

    @Test("reductions are those of the definition at every level and thread count", arguments: cases)
    func reductions(shape: [Int], axes: [Int]) {
        let array = randomArray(shape, seed: 1, offset: 3)
        let groups = Naive.groups(array, axes: axes)
        let target = shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
        let results = atEveryLevelAndThreadCount {
            [
                array.sum(axes: axes), array.mean(axes: axes), array.variance(axes: axes), array.maximum(axes: axes),
                array.minimum(axes: axes),
            ]
        }
        for result in results { #expect(result == results[0]) }
        for result in results[0] { #expect(result.shape == target) }
        let means = groups.map { $0.reduce(0.0) { $0 + Double($1) } / Double($0.count) }
        let variances = zip(groups, means).map { group, mean in
            group.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(group.count)
        }
        expectClose(
            results[0][0].elements, groups.map { Float($0.reduce(0.0) { $0 + Double($1) }) }, relativeTolerance: 1e-7)
        expectClose(results[0][1].elements, means.map { Float($0) }, relativeTolerance: 1e-7)
        expectClose(results[0][2].elements, variances.map { Float($0) }, relativeTolerance: 1e-6)
        #expect(results[0][3].elements == groups.map { $0.max() ?? .nan })
        #expect(results[0][4].elements == groups.map { $0.min() ?? .nan })
        let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
        #expect(array.sum(axes: axes, keepingAxes: true) == results[0][0].reshaped(to: kept))
    }

    @Test("sums of nothing are zero, and all axes are the default")
    func defaults() {
        #expect(NDArray(shape: [3, 0]).sum(axes: [1]) == NDArray(shape: [3]))
        #expect(NDArray(shape: [0, 3]).sum(axes: [0]) == NDArray(shape: [3]))
        #expect(NDArray(shape: [0]).mean().scalar.isNaN)
        #expect(NDArray(shape: [2, 3], values: [1, 2, 3, 4, 5, 6]).sum().scalar == 21)
        #expect(NDArray(shape: [2, 3], values: [1, 2, 3, 4, 5, 6]).mean(axes: [-1]).elements == [2, 5])
    }

    @Test("variance survives a large mean")
    func variance() {
        let array = randomArray([4, 1000], seed: 2, scale: 0.01, offset: 100)
        let expected = Naive.groups(array, axes: [1]).map { group in
            let mean = group.reduce(0.0) { $0 + Double($1) } / 1000
            return Float(group.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 1000)
        }
        expectClose(array.variance(axes: [1]).elements, expected, relativeTolerance: 1e-6)
    }

    @Test("the place of the largest is the first of equals", arguments: [0, 1, 2, -1])
    func indexOfMaximum(axis: Int) {
        var random = RandomSource(seed: 3)
        let array = NDArray(shape: [3, 4, 5], values: (0..<60).map { _ in Float(random.integer(below: 4)) })
        let groups = Naive.groups(array, axes: [axis < 0 ? axis + 3 : axis])
        #expect(
            array.indicesOfMaximum(axis: axis) == groups.map { group in group.firstIndex(of: group.max() ?? 0) ?? -1 })
    }
}
