import Foundation
import FuzzDriver
import Imaging

@testable import Encoders
@testable import Tensor

// SwiftPM calls the entry point of a program by its module's name.
@_cdecl("EncodersFuzz_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    Parallelism.threadCount = 1
    return runFuzzer(["configuration": fuzzConfiguration], count, arguments)
}

/// The small models of the encoders' tests, whose weights stay as they are.
private let models = [
    "bert", "roberta", "sentence", "clip", "clip-gelu", "clip-text", "chinese-clip", "siglip", "vit", "dinov2",
    "dinov2-registers", "e5", "bge", "imagebind", "vilt", "visualbert",
]
/// What is replaced by the input.
private let files = ["config.json", "preprocessor_config.json", "modules.json"]

private let goldens = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../EncodersTests/Goldens/models").standardizedFileURL

/// For each model and replaced file a directory in which all else is the model's.
private let directories: [[URL]] = models.map { model in
    files.map { file in
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("kindred-fuzz-\(ProcessInfo.processInfo.processIdentifier)/\(model)/\(file)")
        try? FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let source = goldens.appendingPathComponent(model)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: source.path)) ?? []
        where name != file && name != "expected.safetensors" {
            try? FileManager.default.createSymbolicLink(
                at: directory.appendingPathComponent(name), withDestinationURL: source.appendingPathComponent(name))
        }
        return directory
    }
}

private let picture = Image(
    width: 20, height: 14, colorModel: .rgb, pixels: (0..<20 * 14 * 3).map { UInt8($0 * 31 % 256) })

/// The first byte names a model, the second a file; what follows is put in its place. A model that can be read must answer
/// with numbers.
@Sendable private func fuzzConfiguration(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > 2 else { return }
    let directory = directories[Int(bytes[0]) % models.count][Int(bytes[1]) % files.count]
    let file = directory.appendingPathComponent(files[Int(bytes[1]) % files.count])
    guard (try? Data(bytes[2...]).write(to: file)) != nil else { return }
    if let encoder = try? Pretrained.imageEncoder(directory: directory.path) {
        let vectors = try? encoder.encode([picture])
        check(vectors.map { $0.rows == 1 && $0.columns == encoder.dimension } ?? true, "vectors of another size")
    }
    if let encoder = try? Pretrained.textEncoder(directory: directory.path) {
        let vectors = try? encoder.encode(["an old fox", ""])
        check(vectors.map { $0.rows == 2 && $0.columns == encoder.dimension } ?? true, "vectors of another size")
    }
    if let encoder = try? Pretrained.jointEncoder(directory: directory.path) {
        let vectors = try? encoder.encode(images: [picture], texts: [""])
        check(vectors.map { $0.rows == 1 && $0.columns == encoder.dimension } ?? true, "vectors of another size")
    }
    if let encoder = try? VisualBERTEncoder(directory: directory.path) {
        let vectors = try? encoder.encode(
            imageVectors: Matrix(rows: 1, columns: encoder.regionDimension), texts: ["snow"])
        check(vectors.map { $0.rows == 1 && $0.columns == encoder.dimension } ?? true, "vectors of another size")
    }
}
