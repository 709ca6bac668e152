import Tensor

#if canImport(FoundationEssentials)
    private import FoundationEssentials
#else
    private import Foundation
#endif

/// Reads what a ``ModelWriter`` wrote, and believes nothing of it.
public struct ModelReader: Sendable {
    private let file: SafetensorsFile
    /// What kind of model it is.
    package let kind: String

    init(_ path: String) throws(TensorError) { try self.init(SafetensorsFile(path)) }

    package init(_ file: SafetensorsFile) throws(TensorError) {
        self.file = file
        func problem(_ reason: String) -> TensorError { .format(path: file.path, reason: reason) }
        guard file.metadata["format"] == ModelWriter.format, let kind = file.metadata["kind"] else {
            throw problem("the metadata's format is not \"\(ModelWriter.format)\": this is no model saved by Kindred")
        }
        guard let version = file.metadata["version"], version == "\(ModelWriter.version)" else {
            throw problem(
                "the model's format has version \(file.metadata["version"] ?? "none"); version \(ModelWriter.version) is "
                    + "read")
        }
        self.kind = kind
    }

    func problem(_ reason: String) -> TensorError { .format(path: file.path, reason: reason) }

    /// A problem with an array.
    func problem(_ name: String, _ reason: String) -> TensorError { problem("the array \"\(name)\" \(reason)") }

    /// What the header says of the model, or of a part of it.
    func description<Value: Decodable>(
        _ name: String = "header", as type: Value.Type = Value.self
    ) throws(TensorError) -> Value {
        guard let text = file.metadata[name] else { throw problem("the metadata lack \"\(name)\"") }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        do {
            return try decoder.decode(type, from: Data(text.utf8))
        } catch {
            throw problem("the metadata's \"\(name)\" is no description of such a model: \(Self.reason(error))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.map(\.stringValue).joined(separator: ".")
        }
        return switch error as? DecodingError {
        case .keyNotFound(let key, let context)?:
            (context.codingPath + [key]).map(\.stringValue).joined(separator: ".") + " is missing"
        case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?, .dataCorrupted(let context)?:
            place(context).isEmpty ? context.debugDescription : "\(place(context)): \(context.debugDescription)"
        default: "\(error)"
        }
    }

    /// Parameters that are in their range.
    func checked<Parameters>(
        _ parameters: Parameters, _ validate: (Parameters) throws(ClusteringError) -> Void
    ) throws(TensorError) -> Parameters {
        do throws(ClusteringError) { try validate(parameters) } catch { throw problem("the parameters: \(error)") }
        return parameters
    }

    /// A number of the header that counts something: neither negative nor so large that counting on would overflow.
    func checkedCount(_ count: Int, _ name: String, atMost most: Int = 1 << 60) throws(TensorError) -> Int {
        guard (0...most).contains(count) else {
            throw problem("the header's \(name) is \(count); it must be from 0 to \(most)")
        }
        return count
    }

    /// A number of the header that must be finite, and may not be below `least`.
    func checkedNumber(
        _ number: Double, _ name: String, least: Double = -.infinity
    ) throws(TensorError) -> Double {
        guard number.isFinite, number >= least else {
            throw problem("the header's \(name) is \(number), which cannot be")
        }
        return number
    }
}

/// Arrays.
extension ModelReader {
    func holds(_ name: String) -> Bool { file.entry(named: name) != nil }

    /// The length that is asked for, or that the vector has.
    private func length(_ count: Int?, of name: String) throws(TensorError) -> Int {
        if let count { return count }
        return try shape(of: name, dimensions: 1)[0]
    }

    private func shape(of name: String, dimensions: Int) throws(TensorError) -> [Int] {
        guard let entry = file.entry(named: name) else { throw problem(name, "is missing") }
        guard entry.shape.count == dimensions else {
            throw problem(name, "has the shape \(entry.shape); it must have \(dimensions) dimensions")
        }
        return entry.shape
    }

    /// Whole numbers in `range`.
    func integers(
        _ name: String, count: Int? = nil, in range: ClosedRange<Int> = 0...Int.max
    ) throws(TensorError) -> [Int] {
        let values = try file.integers(named: name, shape: [length(count, of: name)])
        if let index = values.firstIndex(where: { !range.contains($0) }) {
            throw problem(name, "has \(values[index]) at \(index); it must be in \(range)")
        }
        return values
    }

    /// Numbers of at least `least`, none of them NaN.
    func doubles(
        _ name: String, count: Int? = nil, least: Double = -.infinity, finite: Bool = true
    ) throws(TensorError) -> [Double] {
        let values = try file.doubles(named: name, shape: [length(count, of: name)])
        if let index = values.firstIndex(where: { $0.isNaN || $0 < least || (finite && !$0.isFinite) }) {
            throw problem(name, "has \(values[index]) at \(index), which cannot be")
        }
        return values
    }

    /// Finite numbers.
    func floats(_ name: String, count: Int? = nil) throws(TensorError) -> [Float] {
        let array = try file.array(
            named: name, shape: [length(count, of: name)], requiringFinite: true)
        return array.withUnsafeBufferPointer { Array($0) }
    }

    /// A matrix of finite numbers with at least one column, where no shape is asked for also with at least one row.
    func matrix(_ name: String, rows: Int? = nil, columns: Int? = nil) throws(TensorError) -> Matrix {
        let shape = try shape(of: name, dimensions: 2)
        let wanted = [rows ?? shape[0], columns ?? shape[1]]
        let matrix = Matrix(try file.array(named: name, shape: wanted, requiringFinite: true))
        guard rows != nil || matrix.rows > 0, columns != nil || matrix.columns > 0 else {
            throw problem(name, "has the shape \(shape), and so nothing in it")
        }
        return matrix
    }

    /// Labels of rows: numbers that clusters of so many rows can have, or of `clusterCount` clusters.
    func labels(
        _ name: String = "labels", count: Int? = nil, clusterCount: Int? = nil, noise: Bool = true
    ) throws(TensorError) -> ClusterLabels {
        let count = try length(count, of: name)
        let most = min(clusterCount ?? count, count, Int(Int32.max)) - 1
        let least = noise ? -1 : 0
        guard count == 0 || most >= least else { throw problem(name, "has labels of no clusters") }
        return ClusterLabels(try integers(name, count: count, in: least...max(least, most)))
    }

    /// A tree over so many leaves.
    func dendrogram(leafCount: Int) throws(TensorError) -> Dendrogram {
        let first = try integers("dendrogram.first")
        let second = try integers("dendrogram.second", count: first.count)
        let heights = try doubles("dendrogram.heights", count: first.count, finite: false)
        do throws(ClusteringError) {
            return try Dendrogram(leafCount: leafCount, first: first, second: second, heights: heights)
        } catch {
            throw problem("the arrays \"dendrogram…\" are no tree: \(error)")
        }
    }
}
