import Foundation
import Kindred

/// Models that the Python side has written, on pictures and texts that it has written too.
let encoderCases: [String: Case] = [
    "clip-image-32": { try images($0, .float32) },
    "clip-image-32-int8": { try images($0, .int8) },
    "dinov2-8": { try images($0, .float32) },
    "clip-text-2000": { try texts($0, .float32) },
    "minilm-2000": { try texts($0, .float32) },
    "minilm-2000-int8": { try texts($0, .int8) },
    "jpeg-to-pixels": jpegs,
]

private func images(_ folder: String, _ precision: LinearLayer.Precision) throws -> () throws -> [String: Double] {
    let encoder = try Pretrained.imageEncoder(
        directory: text(folder + "/model.npy"), options: .init(precision: precision))
    let file = try NPYFile(folder + "/pixels.npy")
    let (height, width) = (file.shape[1], file.shape[2])
    let bytes = try file.integers().map { UInt8($0) }
    let images = (0..<file.shape[0]).map { index in
        let size = height * width * 3
        return Image(
            width: width, height: height, colorModel: .rgb, pixels: Array(bytes[index * size..<(index + 1) * size]))
    }
    let expected = try Matrix(npy: folder + "/expected.npy")
    return { cosines(try encoder.encode(images), expected) }
}

private func texts(_ folder: String, _ precision: LinearLayer.Precision) throws -> () throws -> [String: Double] {
    let encoder = try Pretrained.textEncoder(
        directory: text(folder + "/model.npy"), options: .init(precision: precision))
    let texts = try text(folder + "/texts.npy").split(separator: "\n").map(String.init)
    let expected = try Matrix(npy: folder + "/expected.npy")
    return { cosines(try encoder.encode(texts), expected) }
}

/// Files of a folder, decoded, resized, cut and normalized.
private func jpegs(_ folder: String) throws -> () throws -> [String: Double] {
    let processor = try CLIPImageEncoder(directory: text(folder + "/model.npy")).processor
    let files = try text(folder + "/files.npy")
    let count = try FileManager.default.contentsOfDirectory(atPath: files).count
    let expected = try Matrix(npy: folder + "/expected.npy")
    return {
        let worst = parallelMap(count) { index -> Float in
            guard let image = try? Image(contentsOfFile: "\(files)/\(index).jpg") else { return .infinity }
            let values = processor.values(of: image)
            return index < expected.rows
                ? zip(values.elements, expected.row(index)).reduce(0) { max($0, abs($1.0 - $1.1)) } : 0
        }
        return ["largest difference": Double(worst.max() ?? 0)]
    }
}

/// The text whose bytes are in an array.
private func text(_ path: String) throws -> String {
    String(decoding: try NPYFile(path).integers().map { UInt8($0) }, as: UTF8.self)
}

/// How vectors of length 1 agree with others.
private func cosines(_ vectors: Matrix, _ expected: Matrix) -> [String: Double] {
    let cosines = (0..<vectors.rows).map { row in
        zip(vectors.row(row), expected.row(row)).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    }
    return ["least cosine": cosines.min() ?? 0]
}
