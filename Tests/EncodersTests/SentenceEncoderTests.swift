import Encoders
import Foundation
import Tensor
import Testing
import _TestSupport

@Suite struct SentenceEncoderTests {
    struct Lines: Decodable {
        let lines: [String]
        let directions: [String]
        let projected: [[Double]]
    }

    static func lines() throws -> Lines { try golden("minilm.json") }

    /// Where Scripts/get-minilm.sh has put the real model; `nil` where it has not.
    static let minilm: String? = {
        let given = ProcessInfo.processInfo.environment["KINDRED_MINILM"]
        let root = goldens().appendingPathComponent("../../..").standardizedFileURL
        let path = given ?? root.appendingPathComponent(".build/models/all-MiniLM-L6-v2").path
        return FileManager.default.fileExists(atPath: path + "/model.safetensors") ? path : nil
    }()

    @Test("pooling, product and normalization are those of sentence-transformers; long texts are cut and counted")
    func modules() throws {
        let fixture = try ModelFixture("sentence")
        let encoder = try SentenceEncoder(directory: fixture.directory)
        #expect(encoder.dimension == 20 && encoder.pooling == .mean && encoder.normalizes)
        #expect(encoder.maximumLength == 24)
        let texts = Array(try Self.lines().lines.prefix(60))
        let (vectors, truncatedCount) = try encoder.encodeNotingTruncation(texts, progress: .none)
        expectAlike(vectors, try fixture.matrix("vectors"), 1e-4, "vectors")
        #expect(truncatedCount > 0 && truncatedCount < 60)
        // Less of a text, another vector; a text that fits stays the same.
        let short = try SentenceEncoder(directory: fixture.directory, maximumLength: 5)
        #expect(try short.encode(["the old"]).row(0).elementsEqual(try encoder.encode(["the old"]).row(0)))
        #expect(throws: EncoderError.self) { try SentenceEncoder(directory: fixture.directory, maximumLength: 2) }
        // A prompt is part of the text.
        let prompted = try SentenceEncoder(directory: fixture.directory, prompt: "the ")
        #expect(try prompted.encode(["old"]).row(0).elementsEqual(try encoder.encode(["the old"]).row(0)))
        #expect(try encoder.encode([]).rows == 0)
        #expect(throws: EncoderError.cancelled) { try encoder.encode(texts, progress: ProgressHandler { _ in false }) }
    }

    @Test("products of bytes give nearly the same, whatever the number of threads", arguments: ["bert", "roberta"])
    func bytes(name: String) throws {
        let fixture = try ModelFixture(name)
        var texts = TokenSequences()
        for text in try fixture.texts() { texts.append(text) }
        func vectors(_ precision: LinearLayer.Precision) throws -> Matrix {
            try SentenceTower(BERTModel(directory: fixture.directory, precision: precision), pooling: .mean)
                .encode(texts, normalizes: true)
        }
        let exact = try vectors(.float32)
        let coarse = try withThreadCounts { try vectors(.int8) }
        #expect(leastCosine(exact, coarse[0]) > 0.995)
        for other in coarse.dropFirst() { #expect(other.elements == coarse[0].elements) }
    }

    @Test("CLIP's texts are those of transformers, from text to vector")
    func clip() throws {
        let fixture = try ModelFixture("clip-text")
        let encoder = try CLIPTextEncoder(directory: fixture.directory, normalizes: false)
        let texts = Array(try Self.lines().lines.prefix(60))
        expectAlike(try encoder.encode(texts), try fixture.matrix("vectors"), 1e-4, "vectors")
        let model = try CLIPModel(directory: fixture.directory, normalizes: false)
        #expect(abs(model.logitScale - 12.1825) < 1e-3 && model.logitBias == 0)
        #expect(try model.texts.encode(texts).elements == encoder.encode(texts).elements)
        #expect(try model.images.encode(ModelFixture.pictures()).columns == 24)
    }

    @Test("the right encoder is found by what a directory holds")
    func pretrained() throws {
        func directory(_ name: String) -> String { goldens().appendingPathComponent("models/\(name)").path }
        #expect(try Pretrained.textEncoder(directory: directory("sentence")) is SentenceEncoder)
        #expect(try Pretrained.textEncoder(directory: directory("clip-text")) is CLIPTextEncoder)
        for name in ["clip", "chinese-clip", "siglip"] {
            #expect(try Pretrained.imageEncoder(directory: directory(name)) is CLIPImageEncoder)
        }
        for name in ["vit", "dinov2", "dinov2-registers"] {
            #expect(try Pretrained.imageEncoder(directory: directory(name)) is VisionEncoder)
        }
        for (name, isText) in [("vit", true), ("bert", false)] {
            do {
                if isText {
                    _ = try Pretrained.textEncoder(directory: directory(name))
                } else {
                    _ = try Pretrained.imageEncoder(directory: directory(name))
                }
                Issue.record("\(name) was taken")
            } catch {
                #expect("\(error)".contains(isText ? "bert" : "dinov2"), "\(error)")
            }
        }
        #expect(throws: EncoderError.self) {
            try Pretrained.imageEncoder(directory: directory("clip"), options: .init(visionPooling: .mean))
        }
    }

    @Test("all-MiniLM-L6-v2 answers as in sentence-transformers", .enabled(if: minilm != nil))
    func realModel() throws {
        let expected = try Self.lines()
        let encoder = try SentenceEncoder(directory: try #require(Self.minilm))
        #expect(encoder.dimension == 384 && encoder.maximumLength == 256 && encoder.normalizes)
        let vectors = try encoder.encode(expected.lines)
        for (row, wanted) in expected.projected.enumerated() {
            let vector = vectors.row(row)
            let found = expected.directions.map { signs in
                zip(vector, signs).reduce(0.0) { $0 + ($1.1 == "+" ? Double($1.0) : -Double($1.0)) }
            }
            // A cosine of 0.9999 would differ by 0.014 on average.
            expectClose(found, wanted, relativeTolerance: 0, absoluteTolerance: 2e-4)
        }
    }

    @Test("products of bytes keep all-MiniLM-L6-v2's vectors", .enabled(if: minilm != nil && LinearLayer.computesInt8))
    func realModelInBytes() throws {
        let lines = try Self.lines().lines
        let directory = try #require(Self.minilm)
        let exact = try SentenceEncoder(directory: directory).encode(lines)
        let coarse = try SentenceEncoder(directory: directory, precision: .int8).encode(lines)
        #expect(leastCosine(exact, coarse) > 0.995)
        let mean =
            (0..<lines.count).reduce(0.0) { sum, row in
                sum + zip(exact.row(row), coarse.row(row)).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            } / Double(lines.count)
        #expect(mean > 0.999)
    }
}
