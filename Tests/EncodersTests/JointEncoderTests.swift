import Encoders
import Foundation
import Imaging
import Tensor
import Testing
import _TestSupport

/// Models that see a picture and a text at once, against transformers: Scripts/references/models/joint.py.
@Suite struct JointEncoderTests {
    @Test("ViLT's pixels are those of transformers, each picture by its own size")
    func pixels() throws {
        let (fixture, pictures) = (try ModelFixture("vilt"), try ModelFixture.pictures(5))
        let processor = try ViLTEncoder(directory: fixture.directory).processor
        var sizes: Set<[Int]> = []
        for (index, picture) in pictures.enumerated() {
            let (found, wanted) = (processor.values(of: picture), try fixture.array("pixels.\(index)"))
            #expect(found.shape == wanted.shape)
            sizes.insert(found.shape)
            expectClose(found.elements, wanted.elements, relativeTolerance: 1e-6, absoluteTolerance: 1e-6)
        }
        #expect(sizes.count >= 4)
    }

    @Test("each layer of ViLT is that of transformers, and so are the vectors, from picture and text on")
    func vilt() throws {
        let model = try ViLT()
        let all = try model.encoder(.mean)
        try model.fixture.expectStates(
            all.hiddenStates(of: model.images, sequences(try model.fixture.texts())), "joint")
        let encoder = try model.encoder()
        #expect(encoder.dimension == 32 && encoder.maximumLength == 24 && encoder.pooling == .pooler)
        let (vectors, truncatedCount) = try encoder.encodeNotingTruncation(
            images: model.images, texts: model.texts, progress: .none)
        #expect(truncatedCount == 1)
        expectAlike(vectors, try model.fixture.matrix("vectors"), 1e-4, "vectors")
        #expect(leastCosine(vectors, try model.fixture.matrix("vectors")) > 0.999_99)
        let counts = model.images.map { image in
            let size = encoder.processor.size(width: image.width, height: image.height)
            return 1 + size.width / 8 * (size.height / 8)
        }
        let (first, mean) = try pooled(model.fixture, counts)
        let given = (model.images, model.texts)
        expectAlike(try model.encoder(.classToken).encode(images: given.0, texts: given.1), first, 1e-4, "first")
        expectAlike(try all.encode(images: given.0, texts: given.1), mean, 1e-4, "mean")
    }

    @Test("each layer of VisualBERT is that of transformers, and so are the vectors, whatever the number of regions")
    func visualBERT() throws {
        let model = try VisualBERT()
        let all = try model.encoder(.mean)
        try model.fixture.expectStates(
            all.hiddenStates(of: model.images, sequences(try model.fixture.texts())), "joint")
        let encoder = try model.encoder()
        #expect(encoder.dimension == 32 && encoder.regionDimension == 20)
        let (vectors, truncatedCount) = try encoder.encodeNotingTruncation(
            images: model.images, texts: model.texts, progress: .none)
        #expect(truncatedCount == 1)
        expectAlike(vectors, try model.fixture.matrix("vectors"), 1e-4, "vectors")
        #expect(leastCosine(vectors, try model.fixture.matrix("vectors")) > 0.999_99)
        let (first, mean) = try pooled(model.fixture, model.images.map(\.rows))
        let given = (model.images, model.texts)
        expectAlike(try model.encoder(.classToken).encode(images: given.0, texts: given.1), first, 1e-4, "first")
        expectAlike(try all.encode(images: given.0, texts: given.1), mean, 1e-4, "mean")
    }

    @Test(
        "a pair's vector does not depend on its company, on order, copies or threads", arguments: JointPooling.allCases)
    func company(pooling: JointPooling) throws {
        let vilt = try ViLT()
        try expectIndependence(vilt.encoder(pooling, normalizes: true), vilt.images, vilt.texts)
        let bert = try VisualBERT()
        try expectIndependence(bert.encoder(pooling, normalizes: true), bert.images, bert.texts)
    }

    @Test("many different pairs are several batches, of any size")
    func batches() throws {
        let vilt = try ViLT()
        var encoder = try vilt.encoder()
        let images = (0..<150).map { vilt.images[$0 % 7] }
        let texts = (0..<150).map { "fox \($0 / 2)" + ($0 % 2 == 0 ? "" : " near the old harbour") }
        let all = try encoder.encode(images: images, texts: texts)
        for row in [0, 63, 64, 77, 149] {
            #expect(try encoder.encode(images: [images[row]], texts: [texts[row]]).row(0).elementsEqual(all.row(row)))
        }
        #expect(Set((0..<150).map { Array(all.row($0)) }).count == 150)
        for size in [1, 5, 1000] {
            encoder.batchSize = size
            #expect(try encoder.encode(images: images, texts: texts) == all)
        }
    }

    @Test("products of bytes give nearly the same, whatever the company")
    func bytes() throws {
        let vilt = try ViLT()
        let bert = try VisualBERT()
        for (exact, coarse) in [
            (
                try vilt.encoder().encode(images: vilt.images, texts: vilt.texts),
                try vilt.encoder(precision: .int8).encode(images: vilt.images, texts: vilt.texts)
            ),
            (
                try bert.encoder().encode(images: bert.images, texts: bert.texts),
                try bert.encoder(precision: .int8).encode(images: bert.images, texts: bert.texts)
            ),
        ] {
            #expect(leastCosine(exact, coarse) > 0.995)
            #expect(!LinearLayer.computesInt8 || exact != coarse)
        }
        try expectIndependence(vilt.encoder(precision: .int8), vilt.images, vilt.texts)
        try expectIndependence(bert.encoder(precision: .int8), bert.images, bert.texts)
    }

    @Test("lists that differ in length, are empty or are not to be encoded any more")
    func lists() throws {
        let vilt = try ViLT()
        try expectRefusals(vilt.encoder(), vilt.images, vilt.texts)
        let bert = try VisualBERT()
        try expectRefusals(bert.encoder(), bert.images, bert.texts)
    }

    @Test("vectors have length 1 unless they are asked for as they are")
    func lengths() throws {
        let vilt = try ViLT()
        let given = (Array(vilt.images.prefix(3)), Array(vilt.texts.prefix(3)))
        let plain = try vilt.encoder().encode(images: given.0, texts: given.1)
        let scaled = try vilt.encoder(normalizes: true).encode(images: given.0, texts: given.1)
        #expect(scaled == plain.normalizedRows() && scaled != plain)
    }

    @Test("pictures of one pixel, long strips, grey and transparent ones are taken")
    func strangePictures() throws {
        let vilt = try ViLT()
        let encoder = try vilt.encoder(.mean)
        func image(_ width: Int, _ height: Int, _ model: ColorModel = .rgb) -> Image {
            Image(
                width: width, height: height, colorModel: model,
                pixels: (0..<width * height * model.channelCount).map { UInt8(truncatingIfNeeded: $0 * 37 % 251) })
        }
        let images = [
            image(1, 1), image(5000, 1), image(1, 5000), image(8, 8), image(32, 32), image(3000, 40),
            image(9, 9, .grey),
            image(40, 30, .rgba),
        ]
        let sizes = images.map { encoder.processor.size(width: $0.width, height: $0.height) }
        #expect(sizes.allSatisfy { $0.width % 8 == 0 && $0.height % 8 == 0 && min($0.width, $0.height) >= 8 })
        #expect(sizes.allSatisfy { max($0.width, $0.height) <= 53 })
        #expect(sizes[0] == (32, 32) && sizes[1] == (48, 8) && sizes[2] == (8, 48))
        let texts = images.indices.map { $0 == 3 ? "" : "the old harbour" + String(repeating: "!", count: $0) }
        try expectIndependence(encoder, images, texts)
        let vectors = try encoder.encode(images: images, texts: texts)
        #expect(vectors.firstNonFinite() == nil)
        // All-black pictures of one area are not one picture.
        let black = [image(16, 32), image(32, 16)].map {
            Image(width: $0.width, height: $0.height, colorModel: .rgb, pixels: .init(repeating: 0, count: 1536))
        }
        let two = try encoder.encode(images: black, texts: ["snow", "snow"])
        #expect(!two.row(0).elementsEqual(two.row(1)))
    }

    @Test(
        "a size that was made for the model stays the same",
        arguments: [(384, 32), (32, 8), (400, 40), (80, 10)])
    func preparedSizes(side: Int, divisor: Int) throws {
        try withModel("vilt", editing: "preprocessor_config.json", ["size": side, "size_divisor": divisor]) {
            directory in
            let processor = try ViLTEncoder(directory: directory).processor
            var random = RandomSource(seed: 4, stage: "sizes")
            for _ in 0..<20_000 {
                let (width, height) = (1 + random.integer(below: 3000), 1 + random.integer(below: 3000))
                let once = processor.size(width: width, height: height)
                let twice = processor.size(width: once.width, height: once.height)
                #expect(once == twice, "\(width) × \(height)")
            }
        }
    }

    @Test("where a prepared size would change, pictures are prepared only when they are encoded")
    func unpreparedSizes() throws {
        try withModel("vilt", editing: "preprocessor_config.json", ["size": 45, "size_divisor": 8]) { directory in
            let encoder = try ViLTEncoder(directory: directory)
            #expect(encoder.processor.shortestSide == 45 && encoder.processor.divisor == 8)
            let vilt = try ViLT()
            try expectIndependence(encoder, vilt.images, vilt.texts)
        }
    }

    @Test("features of regions that do not fit, or are not finite, are named by their picture")
    func regions() throws {
        let model = try VisualBERT()
        let encoder = try model.encoder()
        var broken = Matrix(rows: 2, columns: 20, repeating: 1)
        broken[1, 7] = .nan
        for (regions, word) in [(Matrix(rows: 2, columns: 19), "19"), (broken, "feature 7 of region 1")] {
            do {
                _ = try encoder.encode(images: [model.images[0], regions], texts: ["snow", "snow"])
                Issue.record("\(regions) were taken")
            } catch {
                guard case .image(index: 1, reason: let reason) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(reason.contains(word), "\(reason)")
            }
        }
        // Without regions there is the text alone.
        let alone = try encoder.encode(images: [Matrix(rows: 0, columns: 0)], texts: ["snow"])
        let none = try encoder.encode(images: [Matrix(rows: 0, columns: 20)], texts: ["snow"])
        #expect(alone == none)
        // Without special tokens there may be nothing at all.
        try withModel("visualbert", editing: "tokenizer.json", ["post_processor": NSNull()]) { directory in
            let encoder = try VisualBERTEncoder(directory: directory, normalizes: false)
            let none = Matrix(rows: 0, columns: 20)
            let vectors = try encoder.encode(images: [none, model.images[0], none], texts: ["", "", "snow"])
            #expect(vectors.row(0).allSatisfy { $0 == 0 })
            for (row, image) in [(1, model.images[0]), (2, none)] {
                let alone = try encoder.encode(images: [image], texts: [row == 1 ? "" : "snow"])
                #expect(alone.row(0).elementsEqual(vectors.row(row)) && vectors.row(row).contains { $0 != 0 })
            }
        }
    }

    @Test("another encoder's patches and vectors serve as regions")
    func otherEncoders() throws {
        let directory = goldens().appendingPathComponent("models/vit").path
        let pictures = try ModelFixture.pictures()
        let vision = try VisionEncoder(directory: directory, pooling: .mean, normalizes: false)
        let patches = try vision.patches(of: pictures)
        #expect(patches.count == 4 && patches.allSatisfy { $0.rows == 16 && $0.columns == 32 })
        // Their mean is the picture's vector.
        let means = Matrix(
            patches.map { part in
                (0..<32).map { column in (0..<16).reduce(Float(0)) { $0 + part[$1, column] } / 16 }
            })
        expectAlike(means, try vision.encode(pictures), 1e-5, "means")
        #expect(throws: EncoderError.self) { try VisionEncoder(directory: directory).patches(of: pictures) }

        try withModel("visualbert", editing: "config.json", ["visual_embedding_dim": 32]) { directory in
            try rewriteWeights(in: directory) { name, array in
                guard name.hasSuffix("visual_projection.weight") else { return [(name, array)] }
                return [(name, NDArray(randomMatrix(rows: 32, columns: 32, seed: 9)))]
            }
            let encoder = try VisualBERTEncoder(directory: directory)
            let texts = ["snow", "a red fox", "", "bread and butter"]
            try expectIndependence(encoder, patches + patches.prefix(1), texts + ["tomatoes"])
            let vectors = try vision.encode(pictures)
            #expect(
                try encoder.encode(imageVectors: vectors, texts: texts)
                    == encoder.encode(images: (0..<4).map { vectors.rows(in: $0..<$0 + 1) }, texts: texts))
        }
    }

    @Test("pairs whose pictures are in files: those that can be read, copies once, whatever the batch")
    func files() throws {
        let vilt = try ViLT()
        let encoder = try vilt.encoder()
        try withTemporaryDirectory { directory in
            var paths = (0..<5).map { goldens().appendingPathComponent("models/picture\($0).png").path }
            var texts = (0..<5).map { vilt.texts[$0] }
            let copy = directory.appendingPathComponent("copy.png").path
            try Data(contentsOf: URL(fileURLWithPath: paths[1])).write(to: URL(fileURLWithPath: copy))
            let cut = directory.appendingPathComponent("cut.png").path
            try Data(contentsOf: URL(fileURLWithPath: paths[2])).prefix(300).write(to: URL(fileURLWithPath: cut))
            // A copy with the same text and with another, the same file with another, and what cannot be read.
            paths += [copy, copy, paths[0], cut, cut]
            texts += [texts[1], texts[0], texts[2], "snow", "tomatoes"]
            let readable = paths.indices.filter { $0 < 8 }
            let wanted = try encoder.encode(
                images: readable.map { try Image(contentsOfFile: paths[$0]) }, texts: readable.map { texts[$0] })
            for size in [1, 3, 64] {
                for result in try withThreadCounts({
                    try encoder.encode(files: paths, texts: texts, batchSize: size)
                }) {
                    #expect(result.failures.keys.sorted() == [8, 9])
                    #expect(result.vectors.rows(in: 0..<8) == wanted)
                    #expect(result.vectors.rows(in: 8..<10).elements.allSatisfy { $0 == 0 })
                }
            }
            let counts = Locked<[Int]>([])
            _ = try encoder.encode(
                files: paths, texts: texts, batchSize: 2,
                progress: ProgressHandler { update in
                    guard update.stage == "encoding pairs" else { return true }
                    counts.withLock { $0.append(update.completed) }
                    return update.total == 10
                })
            let seen = counts.withLock { $0 }
            #expect(seen == seen.sorted() && seen.last == 10)
            #expect(throws: EncoderError.self) { try encoder.encode(files: paths, texts: ["snow"]) }
            #expect(throws: EncoderError.self) { try encoder.encode(files: paths, texts: texts, batchSize: 0) }
            #expect(throws: EncoderError.cancelled) {
                try encoder.encode(files: paths, texts: texts, progress: ProgressHandler { _ in false })
            }
        }
    }

    @Test("the joint encoder of a directory is found; what is none is refused with those that are")
    func pretrained() throws {
        let vilt = try ViLT()
        let found = try Pretrained.jointEncoder(
            directory: vilt.fixture.directory, options: .init(jointPooling: .mean, normalizes: false))
        #expect(
            try found.encode(images: vilt.images, texts: vilt.texts)
                == vilt.encoder(.mean).encode(images: vilt.images, texts: vilt.texts))
        let one = try Pretrained.jointEncoder(
            directory: vilt.fixture.directory, options: .init(normalizes: false, batchSize: 1))
        #expect(
            try one.encode(images: vilt.images, texts: vilt.texts)
                == vilt.encoder().encode(images: vilt.images, texts: vilt.texts))
        #expect(throws: EncoderError.self) {
            try Pretrained.jointEncoder(directory: vilt.fixture.directory, options: .init(batchSize: 0))
        }
        for name in ["clip", "bert", "visualbert"] {
            do {
                _ = try Pretrained.jointEncoder(directory: goldens().appendingPathComponent("models/\(name)").path)
                Issue.record("\(name) was taken")
            } catch {
                #expect("\(error)".contains("known are vilt"), "\(error)")
            }
        }
        let described = try ModelDescription(directory: vilt.fixture.directory)
        #expect(described.family == "vilt" && described.towers.count == 1)
        #expect(described.towers[0].tokens == 24 && described.towers[0].patchSize == 8)
    }
}
