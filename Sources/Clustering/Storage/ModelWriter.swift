import Tensor

#if canImport(FoundationEssentials)
    private import FoundationEssentials
#else
    private import Foundation
#endif

/// Collects what a model is: texts in JSON for the header of a `.safetensors` file, and arrays behind it.
public struct ModelWriter: Sendable {
    /// What the metadata calls the format, and its version.
    static let (format, version) = ("kindred model", 1)

    private var writer: SafetensorsWriter

    init(kind: String) {
        writer = SafetensorsWriter(metadata: ["format": Self.format, "version": "\(Self.version)", "kind": kind])
    }

    /// Describes the model, or a part of it, in the header.
    mutating func describe(_ value: some Encodable, as name: String = "header") throws(TensorError) {
        let encoder = JSONEncoder()
        // The same keys in the same order, so that equal models are equal files.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = ModelWriter.nonFinite
        do {
            writer.metadata[name] = String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw .parameter(name: name, value: "\(value)", valid: "a value that JSON can hold")
        }
    }

    /// Infinity is a number that parameters may have, such as OPTICS' maximum eps.
    private static var nonFinite: JSONEncoder.NonConformingFloatEncodingStrategy {
        .convertToString(positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    }

    mutating func add(_ matrix: Matrix, named name: String) { writer.add(NDArray(matrix), named: name) }
    mutating func add(_ doubles: [Double], named name: String) { writer.add(doubles, named: name) }
    mutating func add(_ integers: [Int], named name: String) { writer.add(integers, named: name) }
    mutating func add(_ labels: ClusterLabels, named name: String = "labels") {
        writer.add(labels.values.map { Int($0) }, named: name)
    }

    mutating func add(_ floats: [Float], named name: String) {
        writer.add(NDArray(shape: [floats.count], values: floats), named: name)
    }

    mutating func add(_ dendrogram: Dendrogram) {
        add(dendrogram.merges.map(\.first), named: "dendrogram.first")
        add(dendrogram.merges.map(\.second), named: "dendrogram.second")
        add(dendrogram.merges.map(\.height), named: "dendrogram.heights")
    }

    func write(to path: String) throws(TensorError) { try writer.write(to: path) }
}
