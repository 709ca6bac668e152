import Tensor
import Testing
import _TestSupport

/// What happens at the edges: numbers without axes, axes without length, and what is shared.
@Suite struct NDArrayEdgeTests {
    @Test("a number is an array of rank 0: one element, no axes")
    func rankZero() {
        var number = NDArray(3)
        #expect(number.shape == [] && number.rank == 0 && number.count == 1 && !number.isEmpty && number.rowLength == 1)
        #expect(number[] == 3 && number.scalar == 3 && number.elements == [3])
        number[] = 4
        #expect(number.reshaped(to: [1, 1])[0, 0] == 4 && number.flattened().shape == [1])
        #expect(number.insertingAxis(at: 0).shape == [1] && number.insertingAxis(at: -1).removingAxis(at: 0) == number)
        #expect(number.permutingAxes([]) == number && number.broadcast(to: [2, 0]).isEmpty)
        #expect(number.sum() == number && number.mean(keepingAxes: true) == number && number.maximum() == number)
        #expect(number.variance() == NDArray(0) && number.variance(correction: 1).scalar.isNaN)
        #expect((number + number).shape == [] && (number + NDArray([1, 2])).elements == [5, 6])
        #expect(number.softmax().scalar == 1 && number.map { -$0 }.scalar == -4)
        #expect(NDArray(stacking: [number, NDArray(5)]) == NDArray([4, 5]))
    }

    @Test("axes of length 0 go through every operation", arguments: [[0], [0, 3], [3, 0], [2, 0, 3]])
    func zeroLengths(shape: [Int]) {
        let nothing = NDArray(shape: shape)
        #expect(nothing.isEmpty && nothing.elements == [] && nothing == nothing)
        #expect(nothing.reshaped(to: [0, 7]).flattened().shape == [0])
        #expect(nothing.permutingAxes(Array(shape.indices.reversed())).shape == shape.reversed())
        #expect((nothing + 1).shape == shape && (nothing * nothing).shape == shape && (-nothing).shape == shape)
        #expect(NDArray(shape: shape.map { max(1, $0) }).sum().scalar == 0)
        #expect(nothing.sum() == NDArray(0) && nothing.mean().scalar.isNaN && nothing.variance().scalar.isNaN)
        for axis in shape.indices {
            let kept = nothing.sum(axes: [axis], keepingAxes: true)
            #expect(kept.shape[axis] == 1 && kept.elements.allSatisfy { $0 == 0 })
            #expect(nothing.slice(0..<0, axis: axis).isEmpty && nothing.gathering([], axis: axis).isEmpty)
            #expect(NDArray(concatenating: [nothing, nothing], axis: axis).isEmpty)
        }
        #expect(nothing.applying(.gelu) == nothing && nothing.layerNormalized().shape == shape)
        #expect(NDArray(stacking: [nothing, nothing]).shape == [2] + shape)
        #expect(nothing.insertingAxis(at: 1).removingAxis(at: 1).shape == shape)
    }

    @Test("one that is empty broadcasts with what has length 1 there")
    func emptyBroadcast() {
        #expect((NDArray(shape: [0, 3]) + NDArray(shape: [1, 3])).shape == [0, 3])
        #expect((NDArray(shape: [2, 1]) * NDArray(shape: [0])).shape == [2, 0])
        #expect(NDArray(shape: [1, 2]).broadcast(to: [0, 2]).shape == [0, 2])
        #expect(NDArray.broadcastShape([4, 1, 3], [5, 1]) == [4, 5, 3])
        #expect(NDArray.broadcastShape([], [0]) == [0])
    }

    @Test("parts may be named by any range, and are the same as by a full one")
    func ranges() {
        let array = NDArray(shape: [4, 2], values: (0..<8).map { Float($0) })
        #expect(array[1...] == array[1..<4] && array[..<2] == array[0..<2] && array[1...2] == array[1..<3])
        #expect(array.slice(1..., axis: -1) == array.slice(1..<2, axis: 1) && array.slice(..<3) == array[0..<3])
        #expect(array[4...].shape == [0, 2])
        let matrix = Matrix(array)
        #expect(
            matrix.rows(in: 2...) == matrix.rows(in: 2..<4) && matrix.columns(in: ...0) == matrix.columns(in: 0..<1))
        let variable = Variable(parameter: array)
        #expect(variable.slice(1...).value == array[1...])
        #expect(variable.slice(1...).sum().gradients(for: [variable])[0].elements == [0, 0, 1, 1, 1, 1, 1, 1])
    }

    @Test("a part is refused when it lies outside: positions do not count from the end")
    func refusedRanges() async {
        await #expect(processExitsWith: .failure) { _ = NDArray([1, 2, 3])[-1..<2] }
        await #expect(processExitsWith: .failure) { _ = NDArray([1, 2, 3])[1..<4] }
        await #expect(processExitsWith: .failure) { _ = NDArray(1)[0..<1] }
        await #expect(processExitsWith: .failure) { _ = NDArray([1, 2, 3]).slice(2..., axis: 1) }
        await #expect(processExitsWith: .failure) { _ = NDArray([1, 2, 3])[-1] }
        await #expect(processExitsWith: .failure) { _ = NDArray([1, 2, 3]).insertingAxis(at: 2) }
        await #expect(processExitsWith: .failure) { _ = NDArray(shape: [2, 3]).removingAxis(at: 0) }
        await #expect(processExitsWith: .failure) { _ = NDArray([1, 2, 3]).reshaped(to: [2, 2]) }
        await #expect(processExitsWith: .failure) { _ = NDArray([1, 2]) + NDArray([1, 2, 3]) }
        await #expect(processExitsWith: .failure) { _ = NDArray(shape: [1 << 32, 1 << 32]) }
        await #expect(processExitsWith: .failure) { _ = Matrix(rows: 3, columns: 1).rows(in: 1..<4) }
    }

    @Test("whoever is written to first gets elements of its own, however the storage came to be shared")
    func copyOnWrite() {
        let original = randomMatrix(rows: 6, columns: 4, seed: 1)
        let copy = Matrix(rows: 6, columns: 4, values: original.elements)
        let shares: [(Matrix) -> NDArray] = [
            { NDArray($0) }, { NDArray($0).reshaped(to: [2, 3, 4]) }, { NDArray($0)[2..<4] },
            { NDArray($0).insertingAxis(at: 0) }, { NDArray($0).slice(0..<6) }, { NDArray($0.rows(in: 1...)) },
            { NDArray(Matrix(NDArray($0))) },
        ]
        for share in shares {
            var matrix = original
            var part = share(matrix)
            let before = part.elements
            part += 1
            #expect(matrix == copy && part.elements == before.map { $0 + 1 })
            part = share(matrix)
            for row in 0..<6 { for column in 0..<4 { matrix[row, column] = 9 } }
            #expect(part.elements == before && original == copy)
        }
    }

    @Test("a part outlives what it was taken from")
    func lifetime() {
        var array: NDArray? = NDArray(shape: [1000, 300], repeating: 2)
        let part = array?[999...]
        array = nil
        let other = NDArray(shape: [1000, 300], repeating: 3)
        #expect(part?.elements.allSatisfy { $0 == 2 } == true && other[0, 0] == 3)
    }

    @Test("printing shows the shape and a few elements, however many there are")
    func descriptions() throws {
        #expect("\(NDArray(2.5))" == "NDArray[](2.5)")
        #expect("\(NDArray([1, -2]))" == "NDArray[2](1.0, -2.0)")
        #expect("\(NDArray(shape: [0, 3]))" == "NDArray[0 × 3]()")
        #expect("\(NDArray(shape: [100, 1000]))" == "NDArray[100 × 1000](0.0, 0.0, 0.0, 0.0, 0.0, 0.0, …)")
        #expect("\(Matrix(rows: 1000, columns: 2))" == "Matrix[1000 × 2](0.0, 0.0, 0.0, 0.0, 0.0, 0.0, …)")
        #expect("\(Variable(NDArray([1, 2])))" == "Variable[2](1.0, 2.0)")
        let layer = LinearLayer(weights: Matrix(rows: 500, columns: 700), activation: .gelu)
        #expect("\(layer)" == "LinearLayer(700 → 500, gelu, float32)")
        let convolution = try Convolution2D(weights: NDArray(shape: [64, 32, 3, 3]), activation: .relu)
        #expect("\(convolution)" == "Convolution2D(32 → 64, 3 × 3, relu)")
    }

    @Test("numbers are added and taken in place")
    func inPlace() {
        var array = NDArray([1, 2, 4])
        array += 1
        array *= 6
        array -= 2
        array /= 4
        #expect(array.elements == [2.5, 4, 7])
    }

    @Test("a corrected variance is the unbiased estimate; equal elements have none at all")
    func variances() {
        let array = NDArray(shape: [2, 4], values: [1, 2, 3, 4, 0.1, 0.1, 0.1, 0.1])
        #expect(array.variance(axes: [1], correction: 1).elements == [1.25 * (4 / Float(3)), 0])
        #expect(array.variance(axes: [1]).elements == [1.25, 0])
        #expect(NDArray([7]).variance(correction: 1).scalar.isNaN)
        let noise = NDArray(shape: [100_000], values: (0..<100_000).map { 1e4 + Float($0 % 3) * 1e-3 })
        #expect(noise.variance().scalar >= 0)
    }

    @Test("the smallest element is found as the largest is: the first of equals, NaN before all")
    func smallest() {
        let array = NDArray(shape: [2, 4], values: [3, 1, 1, 2, 5, .nan, 0, .nan])
        #expect(array.indicesOfMinimum() == [1, 1])
        #expect(array.indicesOfMinimum(axis: 0) == [0, 1, 1, 1])
    }

    @Test("matrices one below the other, and none at all")
    func stackedMatrices() {
        let (a, b) = (Matrix([[1, 2]]), Matrix([[3, 4], [5, 6]]))
        #expect(Matrix(concatenatingRows: [a, b]) == Matrix([[1, 2], [3, 4], [5, 6]]))
        #expect(Matrix(concatenatingRows: []) == Matrix(rows: 0, columns: 0))
        #expect(Matrix(concatenatingColumns: []) == Matrix(rows: 0, columns: 0))
    }

    @Test("arrays of any rank go to .npy and come back", arguments: [[], [0], [3], [2, 0, 3], [2, 3, 4, 5]])
    func files(shape: [Int]) throws {
        try withTemporaryDirectory { folder in
            let array = randomArray(shape, seed: 8)
            let path = folder.appendingPathComponent("array.npy").path
            try array.write(npy: path)
            #expect(try NDArray(npy: path) == array && NPYFile(path).elementType == .float32)
        }
    }
}
