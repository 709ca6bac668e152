import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct NDArrayProductTests {
    static let shapes: [([Int], [Int])] = [
        ([3, 4], [4, 5]), ([1, 1], [1, 1]), ([15, 33], [33, 40]), ([2, 3, 4], [4, 5]), ([2, 3, 4], [2, 4, 5]),
        ([3, 4], [2, 4, 5]), ([2, 1, 3, 4], [1, 3, 4, 5]), ([2, 3, 0], [0, 5]), ([0, 4], [4, 5]),
        ([2, 3, 4], [2, 4, 0]),
        ([2, 17, 20], [2, 20, 130]), ([2, 3, 5], [1, 1, 5, 7]), ([130, 40], [40, 300]),
    ]

    @Test("products over the last two axes are the definition's, bit for bit", arguments: shapes)
    func products(left: [Int], right: [Int]) {
        let a = randomArray(left, seed: 1)
        let b = randomArray(right, seed: 2)
        let expected = Naive.product(a, b)
        for result in atEveryLevelAndThreadCount({ a.times(b) }) { #expect(result == expected) }
        #expect(a.transposed().times(b, transposingSelf: true) == expected)
        #expect(a.times(b.transposed(), transposingOther: true) == expected)
        #expect(a.transposed().times(b.transposed(), transposingSelf: true, transposingOther: true) == expected)
    }

    @Test("arrays and matrices give the same product")
    func matrices() {
        let a = randomMatrix(rows: 256, columns: 70, seed: 3)
        let b = randomMatrix(rows: 70, columns: 140, seed: 4)
        #expect(Matrix(NDArray(a).times(NDArray(b))) == a.times(b))
    }
}
