import Foundation
import Kindred
import Testing
import _TestSupport

@Suite("kindred cluster --save-model, predict and align")
struct ModelTests {
    /// The ways to cluster, with options under which the groups of the workspace are found.
    static let ways = [
        "kmeans --n-clusters 3", "kmeans --n-clusters 3 --init afk-mc2 --n-init 3", "minibatch --n-clusters 3",
        "bisecting --n-clusters 3", "dbscan --eps 8", "dbscan --eps auto", "hdbscan --min-cluster-size 10",
        "optics --min-samples 5", "agglomerative --n-clusters 3",
        "agglomerative --linkage average --distance-threshold 15", "agglomerative --dynamic --min-cluster-size 10",
        "agglomerative --linkage single --n-clusters 3 --n-neighbors 30", "genie --n-clusters 3",
        "coarse-to-fine --fine dbscan --eps 8", "coarse-to-fine --rows-per-group 30",
        "coarse-to-fine --scope across --fine dbscan --eps 9 --rows-per-group 10",
    ]

    @Test("every way to cluster saves a model that two threads save as the same bytes", arguments: ways)
    func saving(way: String) throws {
        try Workspace.with { work in
            try work.writeBlobs()
            for threads in [1, 2] {
                let run = try work.run(
                    "cluster \(way) --input x.npy --threads \(threads) --save-model m\(threads) --output l\(threads).csv"
                )
                #expect(run.status == 0, "\(run.errors)")
            }
            #expect(try work.bytes("m1") == work.bytes("m2"))
            #expect(try work.bytes("l1.csv") == work.bytes("l2.csv"))
            // The rows that were fitted get their own labels, or the command says that the model cannot tell.
            let run = try work.run("predict --model m1 --input x.npy --output p.csv --json")
            if run.status == 0 {
                let fitted = try work.table("l1.csv").column("label")
                #expect(try work.table("p.csv").column("label") == fitted)
                #expect(try run.json()["clusters"] as? Int == Set(fitted).subtracting(["-1"]).count)
            } else {
                #expect(run.status == 65 && run.errors.contains("cannot label new vectors"), "\(run.errors)")
                #expect(!work.exists("p.csv"))
            }
            let predicts = ["kmeans", "minibatch", "bisecting", "dbscan", "hdbscan", "coarse"].contains {
                way.hasPrefix($0)
            }
            #expect(!predicts || run.status == 0)
        }
    }

    @Test("new ways to cluster find the groups")
    func groups() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            for way in [
                "minibatch --batch-size 50 --max-iter 20", "bisecting --bisecting-strategy largest-cluster",
                "agglomerative --linkage complete --tree tree.csv", "genie --gini-threshold 0.5 --tree tree.csv",
            ] {
                let run = try work.run("cluster \(way) --n-clusters 3 --input x.npy --output labels.csv --json")
                #expect(run.status == 0, "\(way): \(run.errors)")
                let labels = try work.table("labels.csv").column("label").compactMap { Int($0) }
                #expect(Set(labels) == [0, 1, 2])
                for row in 3..<120 { #expect(labels[row] == labels[row % 3]) }
                if way.contains("--tree") {
                    let tree = try work.table("tree.csv")
                    #expect(tree.columns == ["first", "second", "height", "size"] && tree.rows.count == 119)
                    #expect(try tree.column("size").last == "120")
                    try FileManager.default.removeItem(atPath: work.path("tree.csv"))
                }
            }
        }
    }

    @Test("HDBSCAN predicts with probabilities, and rows without content stay empty")
    func probabilities() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            let fit = try work.run(
                "cluster hdbscan --min-cluster-size 10 --input x.npy --save-model m --output l.csv")
            #expect(fit.status == 0, "\(fit.errors)")
            try work.matrix("x.npy").rows(in: 0..<5).write(npy: work.path("new.npy"))
            let sheet = (0..<5).map { $0 == 2 ? "p\($0),decode-error\n" : "p\($0),ok\n" }.joined()
            try work.write("id,status\n" + sheet, to: "new.rows.csv")
            let run = try work.run("predict --model m --input new.npy --output new.csv")
            #expect(run.status == 0, "\(run.errors)")
            let table = try work.table("new.csv")
            #expect(table.columns == ["id", "label", "probability"])
            #expect(table.rows[2] == ["p2", "", ""])
            #expect(try table.column("probability").compactMap { Float($0) }.allSatisfy { $0 >= 0 && $0 <= 1 })
        }
    }

    @Test("weights count as copies do, and wrong ones are bad data")
    func weights() throws {
        try Workspace.with { work in
            try work.writeBlobs(count: 10)
            let data = try work.matrix("x.npy")
            try data.gatheringRows((0..<30).flatMap { [Int](repeating: $0, count: 1 + $0 % 3) })
                .write(npy: work.path("copies.npy"))
            try NDArray(shape: [30], values: (0..<30).map { Float(1 + $0 % 3) }).write(npy: work.path("w.npy"))
            try work.write("id,weight\n" + (0..<30).map { "\($0),\(1 + $0 % 3)\n" }.joined(), to: "w.csv")
            let start = "cluster kmeans --n-clusters 3 --init start.npy"
            try data.rows(in: 0..<3).write(npy: work.path("start.npy"))
            let copies = try work.run("\(start) --input copies.npy --output c.csv --json")
            for file in ["w.npy", "w.csv"] {
                let run = try work.run("\(start) --input x.npy --weights \(file) --output l.csv --json")
                #expect(run.status == 0, "\(run.errors)")
                let inertia = try #require(run.json()["inertia"] as? Double)
                expectClose(inertia, try #require(copies.json()["inertia"] as? Double), relativeTolerance: 1e-6)
            }
            for (text, reason) in [("id,weight\n0,1\n", "1 rows"), ("id,label\n0,1\n", "weight")] {
                try work.write(text, to: "bad.csv")
                let run = try work.run("\(start) --input x.npy --weights bad.csv --output l.csv")
                #expect(run.status == 65 && run.errors.contains(reason), "\(run.errors)")
            }
        }
    }

    @Test("what is no model, of another width or missing has its own status")
    func refused() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            #expect(
                try work.run("cluster kmeans --n-clusters 3 --input x.npy --save-model m --output l.csv").status == 0)
            try randomMatrix(rows: 3, columns: 5, seed: 1).write(npy: work.path("narrow.npy"))
            let width = try work.run("predict --model m --input narrow.npy --output p.csv")
            #expect(width.status == 65 && width.errors.contains("5 features"), "\(width.errors)")
            let missing = try work.run("predict --model none --input x.npy --output p.csv")
            #expect(missing.status == 66 && missing.errors.contains("none"), "\(missing.errors)")
            let other = try work.run("predict --model x.npy --input x.npy --output p.csv")
            #expect(other.status == 65 && other.errors.contains("x.npy"), "\(other.errors)")
            try work.bytes("m").dropLast(9).write(to: work.directory.appendingPathComponent("cut"))
            #expect(try work.run("predict --model cut --input x.npy --output p.csv").status == 65)
            #expect(try work.run("predict --input x.npy --output p.csv").status == 64)
            let folder = try work.run(
                "cluster kmeans --n-clusters 3 --input x.npy --save-model nowhere/m --output l.csv")
            #expect(folder.status == 64 && folder.errors.contains("--save-model"), "\(folder.errors)")
            for wrong in [
                "agglomerative", "agglomerative --n-clusters 2 --dynamic", "genie --n-clusters 2 --gini-threshold 2",
                "agglomerative --n-clusters 2 --linkage ward --metric cosine",
                "minibatch --n-clusters 2 --batch-size 0",
                "bisecting --n-clusters 0",
            ] {
                let run = try work.run("cluster \(wrong) --input x.npy --output l.csv")
                #expect(run.status == 64, "\(wrong): \(run.status) \(run.errors)")
            }
            #expect(try work.run("cluster genie --n-clusters 121 --input x.npy --output l.csv").status == 65)
        }
    }

    @Test("clusters are called what they were called before")
    func align() throws {
        try Workspace.with { work in
            try work.write("id,label\na,0\nb,0\nc,0\nd,1\ne,1\nf,-1\ng,2\n", to: "before.csv")
            try work.write("id,label\nc,1\nb,1\na,1\ne,0\nd,0\nh,2\ni,2\nj,\n", to: "now.csv")
            let run = try work.run("align --labels now.csv --previous before.csv --output aligned.csv --json")
            #expect(run.status == 0, "\(run.errors)")
            #expect(try work.table("aligned.csv").column("label") == ["0", "0", "0", "1", "1", "3", "3", ""])
            let json = try run.json()
            #expect(json["next_id"] as? Int == 4 && json["shared_rows"] as? Int == 5 && json["churn"] as? Double == 0)
            #expect((json["births"] as? [[String: Any]])?.first?["id"] as? Int == 3)
            #expect((json["deaths"] as? [[String: Any]])?.first?["id"] as? Int == 2)
            let reusing = try work.run("align --labels now.csv --previous before.csv --reuse-ids --output aligned.csv")
            #expect(reusing.status == 0 && reusing.output.contains("2 is gone"), "\(reusing.output)")
            #expect(try work.table("aligned.csv").column("label")[5] == "2")
            try work.write("id,label\na,red\n", to: "words.csv")
            #expect(try work.run("align --labels words.csv --previous before.csv --output w.csv").status == 65)
            #expect(try work.run("align --labels gone.csv --previous before.csv --output w.csv").status == 66)
            #expect(
                try work.run("align --labels now.csv --previous before.csv --match-share 0 --output w.csv").status == 64
            )
        }
    }
}
