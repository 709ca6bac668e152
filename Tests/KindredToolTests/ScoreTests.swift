import Foundation
import Kindred
import Testing
import _TestSupport

@Suite("kindred evaluate and choose")
struct ScoreTests {
    @Test("evaluate gives the library's scores, and 1 against a truth that is found")
    func evaluate() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            #expect(try work.run("cluster kmeans --input x.npy --n-clusters 3 --output labels.csv").status == 0)
            let run = try work.run("evaluate --input x.npy --labels labels.csv --truth truth.csv --json")
            #expect(run.status == 0, "\(run.errors)")
            let json = try run.json()
            let data = try work.matrix("x.npy")
            let labels = ClusterLabels(try work.table("labels.csv").column("label").compactMap { Int($0) })
            let silhouette = try #require(try Silhouette(data, labels: labels)).mean
            let separation = try DaviesBouldin.score(data, labels: labels)
            let dispersion = try CalinskiHarabasz.score(data, labels: labels)
            // The text is compared: Foundation's reader of JSON may miss the last bit of a number.
            for (name, score) in [
                ("silhouette", silhouette), ("davies_bouldin", separation), ("calinski_harabasz", dispersion),
            ] {
                let value = try #require(score)
                #expect(run.output.contains("\"\(name)\":\(value),"), "\(name)")
            }
            #expect(json["silhouette_margin"] as? Double == 0)
            #expect(json["clusters"] as? Int == 3 && json["noise_share"] as? Double == 0)
            let truth = try #require(json["truth"] as? [String: Any])
            for name in ["nmi", "ari", "homogeneity", "completeness", "v_measure", "purity"] {
                let score = try #require(truth[name] as? Double)
                #expect(abs(score - 1) < 1e-12, "\(name)")
            }
        }
    }

    @Test("evaluate estimates the silhouette of many rows, and its interval holds the exact one")
    func sampledSilhouette() throws {
        try Workspace.with { work in
            try work.writeBlobs(count: 200)
            let exact = try work.run("evaluate --input x.npy --labels truth.csv --json").json()
            let sampled = try work.run("evaluate --input x.npy --labels truth.csv --sample 100 --seed 2 --json").json()
            let margin = try #require(sampled["silhouette_margin"] as? Double)
            let difference = try #require(sampled["silhouette"] as? Double) - (exact["silhouette"] as? Double ?? 9)
            #expect(sampled["silhouette_sample"] as? Int == 100)
            #expect(margin > 0 && abs(difference) <= 2 * margin)
            #expect(try work.run("evaluate --input x.npy --labels truth.csv --sample 100").output.contains("±"))
        }
    }

    @Test("evaluate reports noise, sparse labels by their names, and rows without a label")
    func noise() throws {
        try Workspace.with { work in
            try work.writeBlobs(count: 4)
            let labels = [
                "7", "2000000000", "-1", "7", "2000000000", "", "7", "2000000000", "-1", "7", "2000000000", "-1",
            ]
            // The order of the rows in the file does not matter.
            let lines = labels.enumerated().reversed().map { "\($0),\($1)\n" }.joined()
            try work.write("id,label\n" + lines, to: "labels.csv")
            let run = try work.run("evaluate --input x.npy --labels labels.csv --metric cosine --json")
            #expect(run.status == 0, "\(run.errors)")
            let json = try run.json()
            #expect(json["noise"] as? Int == 3 && json["left_out"] as? Int == 1)
            #expect(abs((json["noise_share"] as? Double ?? 0) - 3.0 / 11) < 1e-12)
            let sizes = try #require(json["sizes"] as? [[String: Int]])
            #expect(sizes == [["label": 7, "size": 4], ["label": 2_000_000_000, "size": 4]])
            #expect(json["truth"] is NSNull)
        }
    }

    @Test("choose suggests the number of groups, and writes a line for each trial")
    func choose() throws {
        try Workspace.with { work in
            try work.writeBlobs(centers: 4)
            let run = try work.run(
                "choose --input x.npy --algorithm kmeans --from 1 --to 9 --step 1 --output sweep.csv --json")
            #expect(run.status == 0, "\(run.errors)")
            #expect(try run.json()["n_clusters"] as? Int == 4)
            let table = try work.table("sweep.csv")
            #expect(table.columns == ["n_clusters", "inertia", "silhouette", "davies_bouldin", "calinski_harabasz"])
            #expect(try table.column("n_clusters") == (1...9).map { "\($0)" })
            let inertia = try table.column("inertia").compactMap { Double($0) }
            #expect(inertia.count == 9 && inertia[0] > inertia[3])
            let text = try work.run("choose --input x.npy --to 9 --output sweep.csv")
            #expect(text.output.contains("suggestion  4 clusters"))
        }
    }

    @Test("choose says why data without groups has no number of clusters")
    func chooseNothing() throws {
        try Workspace.with { work in
            try randomMatrix(rows: 300, columns: 12, seed: 4).write(npy: work.path("x.npy"))
            let run = try work.run("choose --input x.npy --from 2 --to 10 --output sweep.csv")
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("no elbow: ") && run.output.contains("suggestion  none"), "\(run.output)")
        }
    }
}
