import Encoders
import Foundation
import Imaging
import Tensor
import Testing
import _TestSupport

/// Counts the pictures that it is given.
private struct CountingEncoder: Encoder {
    let batches = Locked<[Int]>([])
    var dimension: Int { 2 }

    func encode(_ images: [Image], progress: ProgressHandler) throws(EncoderError) -> Matrix {
        batches.withLock { $0.append(images.count) }
        for index in images.indices {
            guard progress.advance("counting", index, of: images.count) else { throw .cancelled }
        }
        return Matrix(
            rows: images.count, columns: 2, values: images.flatMap { [Float($0.width), Float($0.pixels[0])] })
    }
}

@Suite struct FileEncodingTests {
    /// Writes pictures of one colour, 3 + i wide, and returns their paths.
    private func pictures(_ count: Int, in directory: URL) throws -> [String] {
        try (0..<count).map { index in
            let image = Image(
                width: 3 + index, height: 4, colorModel: .grey,
                pixels: [UInt8](repeating: UInt8(10 + index), count: (3 + index) * 4))
            let path = directory.appendingPathComponent("\(index).jpg")
            try Data(try image.jpegData()).write(to: path)
            return path.path
        }
    }

    @Test("vectors are those of the pictures, whatever the batch and the threads", arguments: [1, 3, 64])
    func vectors(batchSize: Int) throws {
        try withTemporaryDirectory { directory in
            let paths = try pictures(7, in: directory)
            let encoder = ClassicalImageEncoder()
            let wanted = try encoder.encode(paths.map { try Image(contentsOfFile: $0) })
            for result in try withThreadCounts({ try encoder.encode(files: paths, batchSize: batchSize) }) {
                #expect(result.vectors == wanted && result.failures.isEmpty)
            }
        }
    }

    @Test("a damaged file costs its own row only, and each copy of it is named; copies of a good one are encoded once")
    func damageAndCopies() throws {
        try withTemporaryDirectory { directory in
            var paths = try pictures(3, in: directory)
            for (name, source) in [("copy", 1), ("again", 1), ("cut", 2), ("cut too", 2)] {
                let path = directory.appendingPathComponent(name).path
                let bytes = try Data(contentsOf: URL(fileURLWithPath: paths[source]))
                try (name.hasPrefix("cut") ? bytes.prefix(bytes.count / 2) : bytes).write(
                    to: URL(fileURLWithPath: path))
                paths.append(path)
            }
            paths += [directory.appendingPathComponent("absent").path, directory.path, paths[0]]
            let encoder = CountingEncoder()
            let result = try encoder.encode(files: paths, batchSize: 2)
            #expect(encoder.batches.withLock { $0.reduce(0, +) } == 3)
            #expect(result.failures.keys.sorted() == [5, 6, 7, 8])
            #expect("\(result.failures[5]!)".contains("cut") && "\(result.failures[6]!)".contains("cut too"))
            let widths: [Float] = [3, 4, 5, 4, 4, 0, 0, 0, 0, 3]
            #expect((0..<10).map { result.vectors[$0, 0] } == widths)
            #expect(result.vectors.row(3).elementsEqual(result.vectors.row(1)))
        }
    }

    @Test("what is kept is of the pictures at their own size, copies included; refusing to keep one is a failure")
    func keeping() throws {
        try withTemporaryDirectory { directory in
            let paths = try pictures(3, in: directory)
            let (files, kept) = try CountingEncoder().encode(
                files: paths + [paths[1]], limits: ImageLimits(), progress: .none
            ) { image throws(ImagingError) in
                if image.width == 5 { throw .encoding(reason: "five") }
                return image.width
            }
            #expect(kept == [0: 3, 1: 4, 3: 4] && files.failures == [2: .encoding(reason: "five")])
        }
    }

    @Test("progress counts files, and may stop between pictures")
    func progress() throws {
        try withTemporaryDirectory { directory in
            let paths = try pictures(6, in: directory)
            let seen = Locked<[Int]>([])
            _ = try CountingEncoder().encode(
                files: paths, batchSize: 4,
                progress: ProgressHandler { update in
                    guard update.stage == "encoding pictures" else { return true }
                    #expect(update.total == 6)
                    seen.withLock { $0.append(update.completed) }
                    return true
                })
            #expect(seen.withLock { $0 } == [0, 0, 1, 2, 3, 4, 4, 5, 6])
            #expect(throws: EncoderError.cancelled) {
                _ = try CountingEncoder().encode(
                    files: paths, batchSize: 4, progress: ProgressHandler { $0.completed < 2 })
            }
            #expect(throws: EncoderError.self) { _ = try CountingEncoder().encode(files: paths, batchSize: 0) }
            #expect(try CountingEncoder().encode(files: []).vectors.rows == 0)
        }
    }

    @Test("comparing files of one size counts them, and may stop")
    func comparing() throws {
        try withTemporaryDirectory { directory in
            let paths = Array(repeating: try pictures(1, in: directory)[0], count: 5)
            let seen = Locked<[Int]>([])
            let encoder = CountingEncoder()
            _ = try encoder.encode(
                files: paths,
                progress: ProgressHandler { update in
                    if update.stage == "comparing files" { seen.withLock { $0.append(update.completed) } }
                    return true
                })
            #expect(seen.withLock { $0.sorted() } == [1, 2, 3, 4, 5])
            #expect(encoder.batches.withLock { $0 } == [1])
            #expect(throws: EncoderError.cancelled) {
                _ = try encoder.encode(files: paths, progress: ProgressHandler { $0.stage != "comparing files" })
            }
        }
    }

    @Test("a chosen batch size changes no bit; one below 1 is refused", arguments: ["clip", "vit"])
    func batchSize(name: String) throws {
        let model = try ModelFixture(name)
        let pictures = try ModelFixture.pictures()
        let wanted = try Pretrained.imageEncoder(directory: model.directory).encode(pictures)
        for size in [1, 3] {
            let encoder = try Pretrained.imageEncoder(directory: model.directory, options: .init(batchSize: size))
            let calls = Locked(0)
            let found = try encoder.encode(
                pictures,
                progress: ProgressHandler { _ in
                    calls.withLock { $0 += 1 }
                    return true
                })
            #expect(found == wanted)
            #expect(calls.withLock { $0 } == (size == 1 ? 5 : 3))
        }
        #expect(throws: EncoderError.parameter(name: "batchSize", value: "0", valid: "at least 1")) {
            _ = try Pretrained.imageEncoder(directory: model.directory, options: .init(batchSize: 0))
        }
    }

    @Test("the same for texts", arguments: ["sentence", "clip-text"])
    func textBatchSize(name: String) throws {
        let model = try ModelFixture(name)
        let texts = ["the old fox", "snow", "two children in the snow", "a red fox", "snow"]
        let wanted = try Pretrained.textEncoder(directory: model.directory).encode(texts)
        let found = try Pretrained.textEncoder(directory: model.directory, options: .init(batchSize: 1)).encode(texts)
        #expect(found == wanted)
    }
}
