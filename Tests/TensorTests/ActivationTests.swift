import Foundation
import Tensor
import Testing
import _TestSupport

/// A function of the kernels, and the same in double precision.
struct NamedFunction: Sendable, CustomTestStringConvertible {
    let name: String
    let kernel: @Sendable (Matrix) -> Matrix
    let exact: @Sendable (Double) -> Double
    /// The largest error in units in the last place, for functions that keep to a number of those.
    var ulp: Double?
    /// Else the largest relative error, which may grow with |x|, down to results of 10⁻³⁶.
    var relative: (fixed: Double, slope: Double) = (0, 0)

    var testDescription: String { name }
}

private func sigmoid(_ x: Double) -> Double { x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x)) }

private let functions: [NamedFunction] = [
    NamedFunction(name: "exp", kernel: { $0.exponentials() }, exact: { exp($0) }, ulp: 1),
    NamedFunction(name: "log", kernel: { $0.logarithms() }, exact: { log($0) }, ulp: 0.9),
    NamedFunction(name: "erf", kernel: { $0.errorFunctions() }, exact: { erf($0) }, ulp: 1.4),
    NamedFunction(name: "tanh", kernel: { $0.applying(.tanh) }, exact: { tanh($0) }, ulp: 1.4),
    NamedFunction(name: "sigmoid", kernel: { $0.applying(.sigmoid) }, exact: { sigmoid($0) }, ulp: 2.4),
    NamedFunction(name: "identity", kernel: { $0.applying(.identity) }, exact: { $0 }, ulp: 0),
    NamedFunction(name: "relu", kernel: { $0.applying(.relu) }, exact: { max($0, 0) }, ulp: 0),
    NamedFunction(
        name: "GELU", kernel: { $0.applying(.gelu) }, exact: { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) },
        relative: (6e-7, 0)),
    NamedFunction(
        name: "GELU by tanh", kernel: { $0.applying(.geluTanh) },
        exact: { $0 * sigmoid(2 * (2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)) },
        relative: (3e-7, 1.3e-6)),
    NamedFunction(
        name: "quick GELU", kernel: { $0.applying(.quickGELU) }, exact: { $0 * sigmoid(1.702 * $0) },
        relative: (3e-7, 1.6e-7)),
    NamedFunction(name: "SiLU", kernel: { $0.applying(.silu) }, exact: { $0 * sigmoid($0) }, relative: (3e-7, 0)),
]

@Suite(.serialized) struct ActivationTests {
    /// Floats all over the range, from −∞ over denormals to ∞: every 6007th.
    static let dense: [Float] = stride(from: UInt32(0), to: 0xff80_0000, by: 6007).map { Float(bitPattern: $0) }
        .filter { !$0.isNaN }

    @Test(
        "elementary functions and activations keep to their stated errors over the whole range of floats",
        arguments: functions)
    func accuracy(function: NamedFunction) {
        let arguments = Self.dense.filter(\.isFinite)
        let results = function.kernel(Matrix(rows: 1, columns: arguments.count, values: arguments)).elements
        var worst = (excess: 0.0, index: 0)
        for (index, (x, result)) in zip(arguments, results).enumerated() {
            let exact = function.exact(Double(x))
            let rounded = Float(exact)
            if rounded.isNaN || rounded.isInfinite {
                #expect(rounded.isNaN ? result.isNaN : result == rounded, "\(function.name)(\(x)) = \(result)")
                continue
            }
            let error = abs(Double(result) - exact)
            let allowed: Double
            if let ulp = function.ulp {
                allowed = ulp * Double(max(rounded.ulp, .leastNonzeroMagnitude))
            } else {
                allowed = (function.relative.fixed + function.relative.slope * abs(Double(x))) * abs(exact) + 1.2e-36
            }
            // Half a unit more at powers of two, where the unit changes.
            if error > allowed * 1.0001, error - allowed > worst.excess { worst = (error - allowed, index) }
        }
        let x = arguments[worst.index]
        #expect(
            worst.excess == 0, "\(function.name)(\(x)) = \(results[worst.index]), not \(function.exact(Double(x)))")
    }

    @Test("every level and number of threads gives the same bits, on odd lengths and starts", arguments: functions)
    func sameBits(function: NamedFunction) {
        for count in [1, 15, 16, 17, 31, 100] {
            for start in [0, 1, 3] {
                let values = (start..<start + count).map { floatsOfEveryKind[$0 % floatsOfEveryKind.count] }
                expectSameBits { function.kernel(Matrix(rows: 1, columns: count, values: values)).elements }
                // As rows of a longer array, the elements do not start at a multiple of 64 bytes.
                let whole = function.kernel(Matrix(rows: 1, columns: count, values: values)).elements
                let shifted = function.kernel(Matrix(rows: 1, columns: count + 1, values: [2] + values)).elements
                #expect(bits(shifted.dropFirst()) == bits(whole))
            }
        }
        let many = randomMatrix(rows: 3, columns: 20_001, seed: 1)
        expectSameBits { function.kernel(many).elements }
    }

    @Test("NaN stays NaN, and at infinity the limits are reached")
    func limits() {
        let ends = Matrix([[-.infinity, .infinity, .nan]])
        let expected: [(Activation, Float, Float)] = [
            (.identity, -.infinity, .infinity), (.relu, 0, .infinity), (.gelu, 0, .infinity), (.geluTanh, 0, .infinity),
            (.quickGELU, 0, .infinity), (.silu, 0, .infinity), (.tanh, -1, 1), (.sigmoid, 0, 1),
        ]
        #expect(expected.map(\.0) == Activation.allCases)
        for (activation, low, high) in expected {
            let result = ends.applying(activation)
            #expect(result[0, 0] == low && result[0, 1] == high && result[0, 2].isNaN, "\(activation): \(result)")
        }
        #expect(ends.exponentials().elements.prefix(2) == [0, .infinity])
        #expect(ends.logarithms()[0, 0].isNaN && ends.logarithms()[0, 1] == .infinity)
        #expect(Matrix([[0, -0.0]]).logarithms().elements == [-.infinity, -.infinity])
        #expect(ends.errorFunctions().elements.prefix(2) == [-1, 1])
        for function in functions { #expect(function.kernel(ends)[0, 2].isNaN) }
        // The sign of zero goes through the odd functions.
        for result in [Matrix([[-0.0]]).applying(.tanh), Matrix([[-0.0]]).errorFunctions()] {
            #expect(result[0, 0] == 0 && result[0, 0].sign == .minus)
        }
    }

    struct Golden: Decodable {
        let values: [Float]
        let results: [String: [Float]]
        let positives, exponentials, logarithms, errorFunctions: [Float]
    }

    @Test("activations agree with PyTorch's in double precision")
    func torch() throws {
        let golden = try golden("activations.json", as: Golden.self)
        let x = Matrix(rows: 1, columns: golden.values.count, values: golden.values)
        #expect(golden.results.count == Activation.allCases.count)
        for activation in Activation.allCases {
            let expected = try #require(golden.results[activation.rawValue])
            expectClose(
                x.applying(activation).elements, expected, relativeTolerance: 5e-6, absoluteTolerance: 1e-35)
        }
        expectClose(x.exponentials().elements, golden.exponentials, relativeTolerance: 1.3e-7, absoluteTolerance: 0)
        expectClose(x.errorFunctions().elements, golden.errorFunctions, relativeTolerance: 2e-7, absoluteTolerance: 0)
        let positives = Matrix(rows: 1, columns: golden.positives.count, values: golden.positives)
        expectClose(positives.logarithms().elements, golden.logarithms, relativeTolerance: 1.3e-7, absoluteTolerance: 0)
    }

    @Test("in place, into other memory and as a new array, the results are the same")
    func forms() {
        let x = NDArray(shape: [3, 5, 7], values: randomMatrix(rows: 15, columns: 7, seed: 2).elements)
        let expected = x.applying(.gelu)
        var inPlace = x
        inPlace.apply(.gelu)
        #expect(inPlace == expected)
        #expect(inPlace != x)
        var target = NDArray(shape: x.shape)
        x.apply(.gelu, into: &target)
        #expect(target == expected)
        #expect(NDArray(shape: [0, 4]).applying(.gelu).count == 0)
    }
}
