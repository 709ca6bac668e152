import Encoders
import Foundation
import Imaging
import Tensor
import Testing
import _TestSupport

/// A small random model of Scripts/references/models/encoders.py, and what transformers answers with it.
struct ModelFixture {
    let directory: String
    let expected: SafetensorsFile

    init(_ name: String) throws {
        directory = goldens().appendingPathComponent("models/\(name)").path
        expected = try SafetensorsFile(directory + "/expected.safetensors")
    }

    static func pictures(_ count: Int = 4) throws -> [Image] {
        try (0..<count).map {
            try Image(contentsOfFile: goldens().appendingPathComponent("models/picture\($0).png").path)
        }
    }

    /// The texts that the model was given, as tokens.
    func texts() throws -> [[Int32]] {
        let ids = try expected.integers(named: "ids")
        var start = 0
        return try expected.integers(named: "lengths").map { length in
            defer { start += length }
            return ids[start..<start + length].map { Int32($0) }
        }
    }

    /// The texts that the model was given.
    func lines() throws -> [String] {
        try JSONDecoder().decode(
            [String].self, from: Data(contentsOf: URL(fileURLWithPath: directory + "/texts.json")))
    }

    func array(_ name: String) throws -> NDArray { try expected.array(named: name) }

    /// A matrix of an array's last axis.
    func matrix(_ name: String) throws -> Matrix {
        let array = try array(name)
        let columns = array.shape[array.rank - 1]
        return Matrix(array.reshaped(to: [array.count / columns, columns]))
    }

    /// Layer by layer, relative to the largest element.
    func expectStates(
        _ states: [Matrix], _ prefix: String, tolerance: Float = 1e-4, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(states.count == 4, sourceLocation: sourceLocation)
        for (index, state) in states.enumerated() {
            let wanted = try matrix("\(prefix).\(index)")
            #expect(state.rows == wanted.rows && state.columns == wanted.columns, sourceLocation: sourceLocation)
            expectAlike(state, wanted, tolerance, "\(prefix).\(index)", sourceLocation: sourceLocation)
        }
    }
}

/// Changes a JSON file of a model.
func editConfiguration(
    in directory: String, _ file: String = "config.json", _ change: (inout [String: Any]) -> Void
) throws {
    let url = URL(fileURLWithPath: directory).appendingPathComponent(file)
    var values = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    change(&values)
    try JSONSerialization.data(withJSONObject: values).write(to: url)
}

/// Puts other weights in the place of each of a model's.
func rewriteWeights(in directory: String, _ change: (String, NDArray) -> [(String, NDArray)]) throws {
    let path = directory + "/model.safetensors"
    let file = try SafetensorsFile(path)
    var writer = SafetensorsWriter()
    for name in file.names {
        for (name, array) in change(name, try file.array(named: name)) { writer.add(array, named: name) }
    }
    try writer.write(to: path)
}

/// A copy of a small model with other values in one of its JSON files.
func withModel<R>(
    _ name: String, editing file: String = "config.json", _ values: [String: Any] = [:], _ body: (String) throws -> R
) throws -> R {
    try withTemporaryDirectory { root in
        let copy = root.appendingPathComponent(name)
        try FileManager.default.copyItem(at: goldens().appendingPathComponent("models/\(name)"), to: copy)
        if !values.isEmpty { try editConfiguration(in: copy.path, file) { $0.merge(values) { $1 } } }
        return try body(copy.path)
    }
}

/// Whether elements differ by no more than a share of the largest.
func expectAlike(
    _ found: Matrix, _ wanted: Matrix, _ tolerance: Float, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard found.rows == wanted.rows, found.columns == wanted.columns else {
        Issue.record("\(name): \(found.rows) × \(found.columns)", sourceLocation: sourceLocation)
        return
    }
    let largest = wanted.elements.map { abs($0) }.max() ?? 0
    let error = zip(found.elements, wanted.elements).map { abs($0 - $1) }.max() ?? 0
    #expect(error <= tolerance * largest, "\(name): \(error) of \(largest)", sourceLocation: sourceLocation)
}

/// The least cosine of two rows at the same place.
func leastCosine(_ a: Matrix, _ b: Matrix) -> Double {
    (0..<a.rows).map { row in
        let (x, y) = (a.row(row), b.row(row))
        func dot(_ x: some Sequence<Float>, _ y: some Sequence<Float>) -> Double {
            zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        return dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
    }.min() ?? 1
}
