import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct NDArrayAxesTests {
    @Test("matrices and arrays share their storage, and so do reshaped arrays and parts along the first axis")
    func sharedStorage() {
        let matrix = randomMatrix(rows: 6, columns: 4, seed: 1)
        let array = NDArray(matrix)
        #expect(array.storage === matrix.storage)
        #expect(Matrix(array).storage === matrix.storage)
        #expect(array.reshaped(to: [2, 3, 4]).storage === matrix.storage)
        #expect(array.insertingAxis(at: 1).storage === matrix.storage)
        #expect(array.insertingAxis(at: -1).shape == [6, 4, 1])
        #expect(array.flattened().storage === matrix.storage)
        #expect(array[2..<4].storage.start == matrix.storage.start + 8)
        #expect(array.reshaped(to: [1, 6, 4]).slice(2..<4, axis: 1).storage.start == matrix.storage.start + 8)
        // Exchanging an axis of length 1 moves nothing.
        #expect(array.reshaped(to: [6, 1, 4]).permutingAxes([1, 0, 2]).storage === matrix.storage)
        var changed = array
        changed[0, 0] = 7
        #expect(changed.storage !== matrix.storage && matrix == randomMatrix(rows: 6, columns: 4, seed: 1))
    }

    static let permutations: [([Int], [Int])] = [
        ([3], [0]), ([2, 3], [1, 0]), ([17, 33], [1, 0]), ([64, 48], [1, 0]), ([0, 5], [1, 0]), ([1, 7], [1, 0]),
        ([2, 3, 4], [2, 1, 0]), ([2, 3, 4], [1, 0, 2]), ([2, 3, 4], [2, 0, 1]), ([5, 19, 3, 18], [0, 2, 1, 3]),
        ([5, 19, 3, 18], [3, 1, 0, 2]), ([5, 19, 3, 18], [0, 1, 3, 2]), ([4, 1, 20, 1, 17], [4, 3, 2, 1, 0]),
        ([300, 200], [1, 0]), ([2, 3, 2, 3, 2], [4, 2, 0, 3, 1]),
    ]

    @Test("permuted axes carry their elements along", arguments: permutations)
    func permuting(shape: [Int], order: [Int]) {
        let array = randomArray(shape, seed: 2)
        let expected = Naive.array(order.map { shape[$0] }) { index in
            var source = index
            for (axis, from) in order.enumerated() { source[from] = index[axis] }
            return Naive.element(array, at: source)
        }
        for result in atEveryLevelAndThreadCount({ array.permutingAxes(order) }) { #expect(result == expected) }
        let back = order.indices.map { order.firstIndex(of: $0) ?? 0 }
        #expect(array.permutingAxes(order).permutingAxes(back) == array)
    }

    @Test("transposed matrices in any batch", arguments: [[2, 3], [1, 1], [4, 5, 6], [2, 2, 17, 31]])
    func transposing(shape: [Int]) {
        let array = randomArray(shape, seed: 3)
        let expected = Naive.array(shape.dropLast(2) + [shape[shape.count - 1], shape[shape.count - 2]]) { index in
            Naive.element(array, at: index.dropLast(2) + [index[index.count - 1], index[index.count - 2]])
        }
        #expect(array.transposed() == expected)
    }

    @Test("slices along every axis", arguments: [0, 1, 2, 3, -1, -3])
    func slicing(axis: Int) {
        let array = randomArray([3, 4, 5, 6], seed: 4)
        let resolved = axis < 0 ? axis + 4 : axis
        for range in [0..<0, 0..<1, 1..<3, 0..<array.shape[resolved]] {
            var shape = array.shape
            shape[resolved] = range.count
            let expected = Naive.array(shape) { index in
                var source = index
                source[resolved] += range.lowerBound
                return Naive.element(array, at: source)
            }
            #expect(array.slice(range, axis: axis) == expected)
        }
    }

    @Test("gathering takes the named parts in order", arguments: [0, 1, 2])
    func gathering(axis: Int) {
        let array = randomArray([3, 4, 5], seed: 5)
        for indices in [[], [2], [1, 1, 0, 2]] {
            var shape = array.shape
            shape[axis] = indices.count
            let expected = Naive.array(shape) { index in
                var source = index
                source[axis] = indices[index[axis]]
                return Naive.element(array, at: source)
            }
            #expect(array.gathering(indices, axis: axis) == expected)
        }
    }

    @Test("what is concatenated or stacked is found again by slices", arguments: [0, 1, 2, -1])
    func joining(axis: Int) {
        let parts = [2, 0, 3].map { length in
            var shape = [2, 3, 4]
            shape[axis < 0 ? 2 : axis] = length
            return randomArray(shape, seed: UInt64(length))
        }
        let joined = NDArray(concatenating: parts, axis: axis)
        var start = 0
        for part in parts {
            let length = part.shape[axis < 0 ? 2 : axis]
            #expect(joined.slice(start..<start + length, axis: axis) == part)
            start += length
        }
        #expect(joined.shape[axis < 0 ? 2 : axis] == 5)
        let equal = (0..<3).map { randomArray([2, 5], seed: UInt64($0)) }
        let stacked = NDArray(stacking: equal, axis: axis)
        for (index, part) in equal.enumerated() {
            #expect(stacked.slice(index..<index + 1, axis: axis).reshaped(to: [2, 5]) == part)
        }
    }

    @Test(
        "broadcasting repeats", arguments: [([1], [4]), ([3, 1], [2, 3, 5]), ([], [2, 2]), ([4, 1, 3], [4, 9, 3])])
    func repeating(shape: [Int], target: [Int]) {
        let array = randomArray(shape, seed: 6)
        #expect(array.broadcast(to: target) == Naive.array(target) { Naive.element(array, at: $0) })
    }
}
