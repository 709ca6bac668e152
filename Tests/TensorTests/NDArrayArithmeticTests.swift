import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct NDArrayArithmeticTests {
    static let shapes: [([Int], [Int])] = [
        ([], []), ([0], [0]), ([1], [1]), ([17], [17]), ([33], []), ([], [33]), ([5, 17], [17]), ([5, 17], [5, 1]),
        ([5, 1], [1, 17]), ([4, 1, 33], [1, 3, 1]), ([2, 3, 4, 5], [3, 1, 5]), ([3, 0], [1]), ([7], [6, 1]),
        ([2, 1, 3, 16], [2, 4, 1, 16]), ([70, 300], [300]), ([40_000], [40_000]),
    ]

    @Test("elementwise operations broadcast as the definition says", arguments: shapes)
    func broadcasting(left: [Int], right: [Int]) {
        let a = randomArray(left, seed: 1)
        let b = randomArray(right, seed: 2)
        let operations: [(String, (NDArray, NDArray) -> NDArray, (Float, Float) -> Float)] = [
            ("+", { $0 + $1 }, { $0 + $1 }), ("-", { $0 - $1 }, { $0 - $1 }), ("*", { $0 * $1 }, { $0 * $1 }),
            ("/", { $0 / $1 }, { $0 / $1 }), ("minimum", { .minimum($0, $1) }, { min($0, $1) }),
            ("maximum", { .maximum($0, $1) }, { max($0, $1) }),
        ]
        for (name, operation, definition) in operations {
            let expected = Naive.combining(a, b, definition)
            for result in atEveryLevelAndThreadCount({ operation(a, b) }) {
                #expect(result == expected, "\(name)")
            }
        }
    }

    @Test("operations in place give what new arrays would hold, and leave other holders of the storage alone")
    func inPlace() {
        let a = randomArray([6, 19], seed: 3)
        for other in [randomArray([6, 19], seed: 4), randomArray([19], seed: 5), randomArray([6, 1], seed: 6)] {
            var result = a
            result += other
            #expect(result == a + other)
            result -= other
            #expect(result == (a + other) - other)
            result *= other
            result /= other
            #expect(result == ((a + other) - other) * other / other)
        }
        var twice = a
        twice += twice
        #expect(twice == a * 2)
        #expect(a == randomArray([6, 19], seed: 3))
        var part = a[1..<3]
        part *= 3
        #expect(part == a[1..<3] * 3)
        #expect(a == randomArray([6, 19], seed: 3))
    }

    @Test("numbers combine with every element")
    func scalars() {
        let a = randomArray([3, 7], seed: 7)
        #expect((a + 2).elements == a.elements.map { $0 + 2 })
        #expect((2 - a).elements == a.elements.map { 2 - $0 })
        #expect((a / 3).elements == a.elements.map { $0 / 3 })
        #expect((1 / a).elements == a.elements.map { 1 / $0 })
        #expect((-a).elements == a.elements.map { -$0 })
        #expect(a.clamped(to: -0.5...0.25).elements == a.elements.map { min(max($0, -0.5), 0.25) })
        #expect(NDArray(4).scalar == 4)
    }

    @Test("the smaller and the larger of a number and NaN are NaN")
    func notANumber() {
        let a = NDArray(shape: [4], values: [1, .nan, 3, .nan])
        let b = NDArray(shape: [4], values: [.nan, 2, 1, .nan])
        for result in atEveryLevelAndThreadCount({ (NDArray.minimum(a, b), NDArray.maximum(a, b)) }) {
            #expect(result.0.elements.map(\.isNaN) == [true, true, false, true] && result.0[2] == 1)
            #expect(result.1.elements.map(\.isNaN) == [true, true, false, true] && result.1[2] == 3)
        }
        let rows = NDArray(shape: [2, 3], values: [1, .nan, 3, 4, 5, 6])
        #expect(rows.maximum(axes: [1])[0].isNaN && rows.maximum(axes: [1])[1] == 6)
        #expect(rows.minimum(axes: [0]).elements.map(\.isNaN) == [false, true, false])
        #expect(rows.indicesOfMaximum() == [1, 2])
    }

    @Test("maps reach every element once", arguments: [0, 1, 17, 16_384, 40_001])
    func maps(count: Int) {
        let a = randomArray([count], seed: 8)
        for result in withThreadCounts({ a.map { $0 * 3 + 1 } }) {
            #expect(result.elements == a.elements.map { $0 * 3 + 1 })
        }
        #expect(a.magnitudes().squareRoots().elements == a.elements.map { abs($0).squareRoot() })
        #expect(a.squares() == a * a)
    }
}
