import Tensor
import Testing
import _TestSupport

@Suite struct NDArrayReferenceTests {
    struct Golden: Decodable {
        struct Case: Decodable {
            let name: String
            let inputs: [GradientTests.Golden.Array]
            let result: GradientTests.Golden.Array
        }
        let cases: [Case]
    }

    static let operations: [String: @Sendable ([NDArray]) -> NDArray] = {
        var operations: [String: @Sendable ([NDArray]) -> NDArray] = [:]
        operations["add"] = { $0[0] + $0[1] }
        operations["subtract"] = { $0[0] - $0[1] }
        operations["multiply"] = { $0[0] * $0[1] }
        operations["divide"] = { $0[0] / $0[1] }
        operations["minimum"] = { .minimum($0[0], $0[1]) }
        operations["maximum"] = { .maximum($0[0], $0[1]) }
        operations["clamped"] = { $0[0].clamped(to: -0.5...0.75) }
        operations["transposed"] = { $0[0].transposed() }
        operations["permuted"] = { $0[0].permutingAxes([2, 0, 3, 1]) }
        operations["slice"] = { $0[0].slice(2..<5, axis: 1) }
        operations["broadcast"] = { $0[0].broadcast(to: [2, 3, 4]) }
        operations["gathering"] = { $0[0].gathering([4, 0, 0], axis: 1) }
        operations["concatenating"] = { NDArray(concatenating: $0, axis: 1) }
        operations["stacking"] = { NDArray(stacking: $0, axis: 1) }
        operations["sum"] = { $0[0].sum(axes: [0, 2]) }
        operations["mean-kept"] = { $0[0].mean(axes: [1], keepingAxes: true) }
        operations["variance"] = { $0[0].variance(axes: [-1]) }
        operations["largest"] = { $0[0].maximum(axes: [1]) }
        operations["smallest"] = { $0[0].minimum(axes: [1, 2]) }
        operations["index-of-maximum"] = { array in
            NDArray(shape: [3, 5], values: array[0].indicesOfMaximum(axis: 1).map { Float($0) })
        }
        operations["product"] = { $0[0].times($0[1]) }
        return operations
    }()

    @Test("results are NumPy's", arguments: operations.keys.sorted())
    func numPy(name: String) throws {
        let golden = try #require(try golden("arrays.json", as: Golden.self).cases.first { $0.name == name })
        let operation = try #require(Self.operations[name])
        let result = operation(golden.inputs.map(\.array))
        #expect(result.shape == golden.result.shape)
        expectClose(result.elements, golden.result.values, relativeTolerance: 1e-6, absoluteTolerance: 1e-6)
    }

    @Test("every golden has its operation")
    func complete() throws {
        let names = try golden("arrays.json", as: Golden.self).cases.map(\.name)
        #expect(Set(names) == Set(Self.operations.keys))
    }
}
