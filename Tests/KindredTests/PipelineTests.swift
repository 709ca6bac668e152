import Foundation
import Kindred
import Testing
import _TestSupport

@Suite(.serialized) struct PipelineTests {
    @Test("pictures and captions become groups with names, prototypes, scores and a comparison")
    func wholeRun() throws {
        try withTemporaryDirectory { directory in
            try makePictures(in: directory, kinds: colorKinds, count: 8)
            let posts = try PostCollection(pictures: directory.path, categoryFromFolder: true)
            let result = try smallPipeline().run(posts)
            #expect(result.labels.sizes == [8, 8, 8])
            #expect(result.scores.adjustedRandIndex == 1)
            #expect(result.scores.normalizedMutualInformation == 1)
            #expect(result.comparison.map(\.name) == ["image only", "text only", "fused"])
            for cluster in 0..<3 {
                let members = result.rows.indices.filter { result.labels[$0] == cluster }
                let color = try #require(posts.truth[result.rows[members[0]]])
                #expect(result.name(ofCluster: cluster).contains(color))
                #expect(result.prototypes[cluster].medoids.allSatisfy { members.contains($0.row) })
            }
            #expect(result.heat.allSatisfy { $0.isHot })
            #expect(result.map?.coordinates.rows == 24)
        }
    }

    @Test("files are written, agree with each other, and the manifest's digest is that of the labels")
    func files() throws {
        try withTemporaryDirectory { directory in
            try makePictures(in: directory.appendingPathComponent("in"), kinds: colorKinds, count: 5)
            let posts = try PostCollection(pictures: directory.appendingPathComponent("in").path)
            let result = try smallPipeline().run(posts)
            let output = directory.appendingPathComponent("made/on/demand").path
            let files = try result.write(to: output)
            #expect(files.allSatisfy { FileManager.default.fileExists(atPath: $0) })

            let labels = try Table(csv: output + "/labels.csv")
            #expect(Array(labels.columns.prefix(2)) == ["id", "label"])
            #expect(try labels.column("id") == posts.ids)
            #expect(try labels.column("label").map { Int32($0) } == result.postLabels)
            let embeddings = try Matrix(npy: output + "/embeddings.npy")
            #expect(embeddings.rows == posts.count)
            let manifest = try RunManifest.load(output + "/run.json")
            #expect(manifest.labelsDigest == labelsDigest(ids: posts.ids, labels: result.postLabels.map { $0 ?? -1 }))
            #expect(manifest.clusters.sizes == result.labels.sizes)
            #expect(manifest.input.statuses.values.reduce(0, +) == posts.count)
            #expect(manifest.timings.map(\.stage).contains("grouping"))
            let clusters = try Table(jsonl: output + "/clusters.jsonl")
            #expect(clusters.rows.count == result.labels.clusterCount)
            let page = try String(contentsOfFile: output + "/report.html", encoding: .utf8)
            #expect(page.contains("<html") && !page.contains("src=\"http"))
        }
    }

    @Test("bad pictures are rows with a status, and change nothing for the other rows")
    func badRows() throws {
        try withTemporaryDirectory { directory in
            try makePictures(in: directory, kinds: colorKinds, count: 6)
            let clean = try smallPipeline().run(try PostCollection(pictures: directory.path))
            let cleanLabels = Dictionary(uniqueKeysWithValues: zip(clean.posts.ids, clean.postLabels))

            let good = try Data(contentsOf: directory.appendingPathComponent("red/0.jpg"))
            func write(_ name: String, _ data: Data) throws {
                try data.write(to: directory.appendingPathComponent(name))
            }
            try write("cut.jpg", good.prefix(good.count / 2))
            try write("empty.png", Data())
            try write("text.png", Data("this is no picture".utf8))
            try FileManager.default.createSymbolicLink(
                atPath: directory.appendingPathComponent("loop.png").path, withDestinationPath: "loop.png")
            try FileManager.default.createDirectory(
                at: directory.appendingPathComponent("folder.png"), withIntermediateDirectories: false)

            let result = try smallPipeline().run(try PostCollection(pictures: directory.path))
            let statuses = Dictionary(uniqueKeysWithValues: zip(result.posts.ids, result.posts.statuses))
            for name in ["cut.jpg", "empty.png", "text.png"] {
                let status = try #require(statuses[name])
                #expect(status.kind == .decodeError, "\(name): \(status)")
                #expect(status.reason.contains(name))
            }
            #expect(statuses["loop.png"]?.kind == .unreadable)
            for (id, label) in zip(result.posts.ids, result.postLabels) {
                if let before = cleanLabels[id] { #expect(label == before) } else { #expect(label == nil) }
            }
            #expect(result.posts.statusCounts.values.reduce(0, +) == result.posts.count)
            let report = result.report(RunDescription(title: "bad rows"))
            #expect(report.rows.count == result.posts.count)
            #expect(
                report.rows.filter { $0.assignment == .leftOut }.map(\.id).sorted()
                    == result.posts.ids.filter {
                        cleanLabels[$0] == nil
                    }.sorted())
        }
    }

    @Test("the order of the rows and the number of threads change no label")
    func orderAndThreads() throws {
        try withTemporaryDirectory { directory in
            try makePictures(in: directory, kinds: colorKinds, count: 7)
            let ids = colorKinds.flatMap { kind in (0..<7).map { "\(kind.name)/\($0)" } }
            func run(_ ids: [String]) throws -> [String: Int32?] {
                let table = try Table(
                    columns: ["id", "image", "text"], rows: ids.map { [$0, $0 + ".jpg", "a square \($0.prefix(3))"] })
                let posts = try PostCollection(
                    table: table, imageColumn: "image", textColumns: ["text"], idColumn: "id",
                    imageRoot: directory.path)
                let result = try smallPipeline(clusters: 5).run(posts)
                return Dictionary(uniqueKeysWithValues: zip(result.posts.ids, result.postLabels))
            }
            let first = try run(ids)
            var random = RandomSource(seed: 4)
            var shuffled = ids
            random.shuffle(&shuffled)
            #expect(try run(shuffled) == first)
            for labels in try withThreadCounts({ try run(ids) }) { #expect(labels == first) }
        }
    }

    @Test("texts alone, and rows that lack one of the two, are grouped by what there is")
    func missingModalities() throws {
        let texts = (0..<12).map { $0 % 2 == 0 ? "snow mountain hiking \($0)" : "pasta tomato kitchen \($0)" }
        let table = try Table(columns: ["text"], rows: texts.map { [$0] } + [["  "]])
        let posts = try PostCollection(table: table, textColumns: ["text"])
        let result = try smallPipeline(clusters: 2).run(posts)
        #expect(result.labels.sizes == [6, 6])
        #expect(result.postLabels[12] == nil)
        #expect(result.comparison.isEmpty)
        #expect(result.posts.status(of: 12).kind == .missingText)
    }

    @Test("one row, and rows that are all the same, make a report", arguments: [1, 6])
    func degenerate(count: Int) throws {
        try withTemporaryDirectory { directory in
            let table = try Table(columns: ["text"], rows: (0..<count).map { _ in ["the same words"] })
            let posts = try PostCollection(table: table, textColumns: ["text"])
            let result = try Pipeline(algorithm: AutomaticKMeans(seed: 1)).run(posts)
            #expect(result.labels.count == count && result.labels.noiseCount == 0)
            try result.write(to: directory.path)
        }
    }

    @Test("a collection in which nothing can be used is refused with the reason")
    func nothingUsable() throws {
        let empty = try PostCollection(table: Table(columns: ["image"], rows: []), imageColumn: "image")
        #expect(throws: KindredError.self) { try smallPipeline().run(empty) }
        let missing = try PostCollection(
            table: Table(columns: ["image"], rows: [["nowhere.png"], [""]]), imageColumn: "image", imageRoot: "/nowhere"
        )
        let error = #expect(throws: KindredError.self) { try smallPipeline().run(missing) }
        let message = try #require(error).description
        #expect(message.contains("2 × missing-image") && message.contains("nowhere.png"))
    }

    @Test("more clusters than rows, and parameters out of range, are refused")
    func refusals() throws {
        let posts = try PostCollection(
            table: Table(columns: ["text"], rows: [["one apple"], ["two pears"]]), textColumns: ["text"])
        #expect(throws: KindredError.clustering(.tooFewRows(rows: 2, clusters: 3))) {
            try smallPipeline(clusters: 3).run(posts)
        }
        var pipeline = smallPipeline()
        pipeline.components = 0
        #expect(throws: KindredError.parameter(name: "components", value: "0", valid: "at least 1")) {
            try pipeline.run(posts)
        }
    }

    @Test("a handler that answers no stops the run")
    func cancellation() throws {
        let posts = try PostCollection(
            table: Table(columns: ["text"], rows: [["one apple"], ["two pears"]]), textColumns: ["text"])
        #expect(throws: KindredError.cancelled) {
            try smallPipeline(clusters: 1).run(posts, progress: ProgressHandler { _ in false })
        }
    }

    @Test("with fewer pictures in the report than in the collection, the chosen ones are decoded again")
    func fewThumbnails() throws {
        try withTemporaryDirectory { directory in
            try makePictures(in: directory, kinds: colorKinds, count: 5)
            var pipeline = smallPipeline()
            pipeline.maximumThumbnails = 4
            let result = try pipeline.run(try PostCollection(pictures: directory.path))
            let report = result.report(RunDescription(title: "few"))
            #expect(report.thumbnails.count == 4)
            #expect(report.rows.count { $0.thumbnail != nil } == 4)
        }
    }
}
