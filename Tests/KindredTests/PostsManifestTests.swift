import Clustering
import Foundation
import Kindred
import Testing
import _TestSupport

@Suite struct PostsManifestTests {
    var manifest: RunManifest {
        var manifest = RunManifest(
            kindredVersion: "0.1.0", swiftVersion: "6.3", processor: "a processor", blasCore: "SkylakeX", seed: .max,
            threads: 2)
        manifest.parameters = ["algorithm": "hdbscan", "images": "a/b"]
        manifest.clusters = .init(count: 2, sizes: [5, 3], noise: 2, noiseShare: 0.2)
        manifest.scores = ["silhouette": 0.25, "dbcv": -.infinity]
        manifest.timings = [.init(stage: "read", seconds: 0.5), .init(stage: "cluster", seconds: 1.5)]
        manifest.labelsDigest = labelsDigest(ids: ["a"], labels: [0] as [Int32])
        manifest.outputs = ["labels.csv"]
        return manifest
    }

    @Test func `A manifest is read back as it was written, and equal manifests are equal files`() throws {
        try withTemporaryDirectory { directory in
            let files = TestFiles(root: directory)
            try manifest.write(to: files.path("run.json"))
            #expect(try RunManifest.load(files.path("run.json")) == manifest)
            let text = try files.text("run.json")
            try manifest.write(to: files.path("run.json"))
            #expect(try files.text("run.json") == text)
            #expect(text.contains("\"images\" : \"a/b\"") && text.contains("\"dbcv\" : \"-inf\""))
            #expect(text.contains("\"seed\" : 18446744073709551615"))
            #expect(text.hasSuffix("}\n"))
        }
    }

    @Test func `The counts of a collection reconcile in the manifest`() throws {
        try withTemporaryDirectory { directory in
            let path = try TestFiles(root: directory).write("text\na\n\nb\n", to: "posts.csv")
            let input = try RunManifest.Input(PostCollection(csv: path, textColumns: ["text"]))
            #expect(input.rows == 3 && input.statuses["ok"] == 2 && input.statuses["missing-text"] == 1)
            #expect(input.statuses.count == RowStatus.Kind.allCases.count)
            #expect(input.statuses.values.reduce(0, +) == input.rows)
        }
    }

    @Test func `A file that is no manifest is an error`() throws {
        try withTemporaryDirectory { directory in
            let files = TestFiles(root: directory)
            for text in ["", "{", "[]", "{\"format\": 1}"] {
                let path = try files.write(text, to: "run.json")
                #expect(message { try RunManifest.load(path) }.contains("not a manifest"))
            }
            var later = manifest
            later.format = 2
            try later.write(to: files.path("run.json"))
            #expect(message { try RunManifest.load(files.path("run.json")) }.contains("form 2"))
            #expect(message { try RunManifest.load(files.path("none.json")) }.contains("No such file"))
        }
    }

    // The expected digits were computed by a few lines of Python from the definition.
    @Test func `The digest of labels is the one that others compute`() {
        #expect(labelsDigest(ids: [], labels: [] as [Int32]) == "cbf29ce484222325")
        #expect(labelsDigest(ids: ["a"], labels: [0] as [Int32]) == "8e1b1f24f9e47224")
        #expect(labelsDigest(ids: ["b", "a", "é", "Z"], labels: [1, 0, -1, 2] as [Int32]) == "40310c5f26b87f39")
    }

    @Test func `The digest does not depend on the order of rows, but on every label and id`() {
        let digest = labelsDigest(ids: ["a", "b", "c"], labels: ClusterLabels([0, 1, -1] as [Int32]))
        #expect(labelsDigest(ids: ["c", "a", "b"], labels: [-1, 0, 1] as [Int32]) == digest)
        #expect(labelsDigest(ids: ["a", "b", "c"], labels: [0, 1, 1] as [Int32]) != digest)
        #expect(labelsDigest(ids: ["a", "b", "d"], labels: [0, 1, -1] as [Int32]) != digest)
        #expect(digest.count == 16)
    }

    @Test func `Peak memory grows with what is touched and is in bytes`() {
        let before = PeakMemory.bytes
        #expect(before > 1 << 20 && before < 1 << 40)
        let block = [UInt8](repeating: 1, count: 64 << 20)
        #expect(block[before % block.count] == 1)
        #expect(PeakMemory.bytes >= 64 << 20 && PeakMemory.bytes >= before)
    }
}
