import Encoders
import Foundation
import Imaging
import Tensor
import Testing
import _TestSupport

/// The pairs that the tests share, and what holds for every joint encoder.
extension JointEncoderTests {
    /// ViLT with its pairs.
    struct ViLT {
        let fixture: ModelFixture
        let images: [Image]
        let texts: [String]

        init() throws {
            fixture = try ModelFixture("vilt")
            let pictures = try ModelFixture.pictures(5)
            images = try fixture.expected.integers(named: "pictures").map { pictures[Int($0)] }
            texts = try fixture.lines()
        }

        func encoder(
            _ pooling: JointPooling = .pooler, normalizes: Bool = false, precision: LinearLayer.Precision = .float32
        ) throws -> ViLTEncoder {
            try ViLTEncoder(
                directory: fixture.directory, pooling: pooling, normalizes: normalizes, precision: precision)
        }
    }

    /// VisualBERT with its pairs.
    struct VisualBERT {
        let fixture: ModelFixture
        let images: [Matrix]
        let texts: [String]

        init() throws {
            fixture = try ModelFixture("visualbert")
            let regions = try fixture.matrix("regions")
            var start = 0
            images = try fixture.expected.integers(named: "counts").map { count in
                defer { start += Int(count) }
                return regions.rows(in: start..<start + Int(count))
            }
            texts = try fixture.lines()
        }

        func encoder(
            _ pooling: JointPooling = .pooler, normalizes: Bool = false, precision: LinearLayer.Precision = .float32
        ) throws -> VisualBERTEncoder {
            try VisualBERTEncoder(
                directory: fixture.directory, pooling: pooling, normalizes: normalizes, precision: precision)
        }
    }

    func sequences(_ texts: [[Int32]]) -> TokenSequences {
        var result = TokenSequences()
        for text in texts { result.append(text) }
        return result
    }

    /// The mean of each pair's tokens, and the first of them, in what transformers gave last.
    func pooled(_ fixture: ModelFixture, _ pictureTokens: [Int]) throws -> (first: Matrix, mean: Matrix) {
        let last = try fixture.matrix("last")
        var start = 0
        var first: [[Float]] = []
        var means: [[Float]] = []
        for (text, count) in zip(try fixture.texts(), pictureTokens) {
            let rows = (start..<start + text.count + count).map { Array(last.row($0)) }
            start += rows.count
            first.append(rows[0])
            means.append((0..<last.columns).map { column in rows.reduce(0) { $0 + $1[column] } / Float(rows.count) })
        }
        #expect(start == last.rows)
        return (Matrix(first), Matrix(means))
    }

    /// That vectors do not depend on company, order, copies or threads.
    func expectIndependence<E: JointEncoder>(_ encoder: E, _ images: [E.Picture], _ texts: [String]) throws {
        let all = try encoder.encode(images: images, texts: texts)
        let places = (0..<150).map { ($0 * 7 + $0 / 9) % images.count }
        for many in try withThreadCounts({
            try encoder.encode(images: places.map { images[$0] }, texts: places.map { texts[$0] })
        }) {
            for (row, place) in places.enumerated() { #expect(many.row(row).elementsEqual(all.row(place))) }
        }
        for (row, (image, text)) in zip(images, texts).enumerated() {
            let alone = try encoder.encode(images: [encoder.prepare(image)], texts: [text])
            #expect(alone.row(0).elementsEqual(all.row(row)), "pair \(row)")
        }
        // Pairs that share a picture or a text are not the same.
        let mixed = try encoder.encode(
            images: [images[1], images[1], images[4]], texts: [texts[1], texts[4], texts[1]])
        #expect(mixed.row(0).elementsEqual(all.row(1)))
        #expect(!mixed.row(1).elementsEqual(all.row(1)) && !mixed.row(2).elementsEqual(all.row(1)))
    }

    /// What every joint encoder does with lists that it cannot use.
    func expectRefusals<E: JointEncoder>(_ encoder: E, _ images: [E.Picture], _ texts: [String]) throws {
        #expect(try encoder.encode(images: [], texts: []).rows == 0)
        #expect(try encoder.encode(images: [], texts: []).columns == encoder.dimension)
        for (fewer, more) in [(0, 1), (3, 2)] {
            do {
                _ = try encoder.encode(images: Array(images.prefix(fewer)), texts: Array(texts.prefix(more)))
                Issue.record("\(fewer) pictures went with \(more) texts")
            } catch {
                #expect("\(error)".contains("\(more)") && "\(error)".contains("\(fewer)"), "\(error)")
            }
        }
        #expect(throws: EncoderError.cancelled) {
            try encoder.encode(images: images, texts: texts, progress: ProgressHandler { _ in false })
        }
        // Also later on.
        let seen = Locked(0)
        #expect(throws: EncoderError.cancelled) {
            try encoder.encode(
                images: images, texts: texts,
                progress: ProgressHandler { progress in
                    guard progress.stage == "encoding pairs" else { return true }
                    return seen.withLock { count in
                        count += 1
                        return count < 2
                    }
                })
        }
    }
}
