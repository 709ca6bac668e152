import Foundation
import Kindred
import Testing
import _TestSupport

@Suite("kindred cluster")
struct ClusterTests {
    @Test("k-means finds the groups and writes a label for each row", arguments: ["euclidean", "cosine"])
    func kmeans(metric: String) throws {
        try Workspace.with { work in
            try work.writeBlobs()
            let run = try work.run(
                "cluster kmeans --input x.npy --n-clusters 3 --metric \(metric) --output labels.csv --json")
            #expect(run.status == 0, "\(run.errors)")
            let table = try work.table("labels.csv")
            #expect(table.columns == ["id", "label"])
            #expect(try table.column("id") == (0..<120).map { "\($0)" })
            let labels = try table.column("label").compactMap { Int($0) }
            #expect(Set(labels) == [0, 1, 2])
            for row in 3..<120 { #expect(labels[row] == labels[row % 3]) }
            let json = try run.json()
            #expect(json["clusters"] as? Int == 3)
            #expect(json["sizes"] as? [Int] == [40, 40, 40])
            #expect(json["converged"] as? Bool == true)
        }
    }

    @Test("neighbours that were found once serve DBSCAN, HDBSCAN and OPTICS; metrics and weights are heard")
    func graphs() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            func labels(_ arguments: String) throws -> [String] {
                let run = try work.run("cluster \(arguments) --input x.npy --output labels.csv --json")
                #expect(run.status == 0, "\(run.errors)")
                return try work.table("labels.csv").column("label")
            }
            for metric in ["euclidean", "manhattan", "minkowski:3"] {
                for threads in [1, 2] {
                    let run = try work.run(
                        "neighbors --input x.npy --radius 3 --metric \(metric) --threads \(threads) --output g\(threads) --json"
                    )
                    #expect(run.status == 0, "\(run.errors)")
                    #expect(try run.json()["rows"] as? Int == 120)
                }
                #expect(try work.bytes("g1") == work.bytes("g2"))
                for way in ["dbscan --eps 2 --min-samples 4", "optics --max-eps 3"] {
                    #expect(try labels("\(way) --metric \(metric) --graph g1") == labels("\(way) --metric \(metric)"))
                }
            }
            let run = try work.run("neighbors --input x.npy --k 39 --approximate --recall 0.9 --output g --json")
            #expect(run.status == 0, "\(run.errors)")
            #expect(try run.json()["recall"] as? Double ?? 0 > 0.9)
            let whole = try labels("hdbscan --min-cluster-size 20")
            #expect(try labels("hdbscan --min-cluster-size 20 --graph g --save-model m") == whole)
            let predicted = try work.run("predict --model m --input x.npy --output p.csv")
            #expect(predicted.status == 0, "\(predicted.errors)")
            #expect(try work.table("p.csv").column("label") == whole)
            try Matrix(rows: 120, columns: 1, repeating: 0.01).write(npy: work.path("w.npy"))
            #expect(try labels("dbscan --eps 2 --min-samples 4 --weights w.npy").allSatisfy { $0 == "-1" })
            for (arguments, status, part) in [
                ("dbscan --eps auto --graph g", 64, "--eps auto"),
                ("dbscan --eps 2 --metric cosine --graph g", 64, "metric"),
                ("hdbscan --metric minkowski:0.5", 64, "minkowski:0.5"), ("hdbscan --metric precomputed", 64, "square"),
                ("kmeans --n-clusters 2 --metric manhattan", 64, "means"),
                ("optics --graph labels.csv", 65, "labels.csv"),
            ] {
                let run = try work.run("cluster \(arguments) --input x.npy --output bad.csv")
                #expect(run.status == status && run.errors.contains(part), "\(run.status): \(run.errors)")
                #expect(!work.exists("bad.csv"))
            }
            let bad = try work.run("neighbors --input x.npy --radius 1 --k 3 --output g3")
            #expect(bad.status == 64)
        }
    }

    @Test("mahalanobis goes by the covariance of the input: scaling a column changes nothing")
    func mahalanobis() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            var data = try work.matrix("x.npy")
            let columns = data.columns
            data.withUnsafeMutableBufferPointer { values in
                for place in stride(from: 0, to: values.count, by: columns) { values[place] *= 8 }
            }
            try data.write(npy: work.path("s.npy"))
            func labels(_ input: String, _ metric: String) throws -> [String] {
                let run = try work.run(
                    "cluster hdbscan --min-cluster-size 10 --metric \(metric) --input \(input) --output labels.csv --json"
                )
                #expect(run.status == 0, "\(run.errors)")
                #expect(try run.json()["metric"] as? String == metric)
                return try work.table("labels.csv").column("label")
            }
            let plain = try labels("x.npy", "mahalanobis")
            #expect(Set(plain).count >= 3)
            #expect(try labels("s.npy", "mahalanobis") == plain)
            let form = try MahalanobisForm(of: work.matrix("x.npy"))
            let model = try HDBSCAN(minimumClusterSize: 10, metric: .mahalanobis(form)).fit(work.matrix("x.npy"))
            #expect(model.labels.values.map { "\($0)" } == plain)
        }
    }

    @Test("coarse to fine finds the groups inside and across, and links are heard")
    func coarseToFine() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            let truth = (0..<120).map { $0 % 3 }
            for options in [
                "--rows-per-group 40 --min-cluster-size 10 --min-samples 3", "--fine dbscan --eps 4.5 --min-samples 3",
                "--scope across --fine dbscan --eps 8 --rows-per-group 10 --min-samples 5",
            ] {
                for threads in [1, 2] {
                    let run = try work.run(
                        "cluster coarse-to-fine --input x.npy \(options) --threads \(threads) --output l\(threads).csv --json"
                    )
                    #expect(run.status == 0, "\(run.errors)")
                }
                #expect(try work.bytes("l1.csv") == work.bytes("l2.csv"))
                let table = try work.table("l1.csv")
                #expect(table.columns == ["id", "label", "group"])
                // A few rows at the rim may be noise.
                let pairs = zip(try table.column("label").compactMap { Int($0) }, truth).filter { $0.0 >= 0 }
                #expect(pairs.count > 80)
                expectSamePartition(pairs.map(\.0), pairs.map(\.1))
            }
            for options in ["--fine dbscan", "--eps 2", "--hot-share 0"] {
                let run = try work.run("cluster coarse-to-fine --input x.npy \(options) --output l.csv")
                #expect(run.status == 64, "\(options): \(run.errors)")
            }
            // Rows 0 and 1 lie in different groups: made to belong together, all rows do.
            try Data("first,second,link\n0,1,must\n0,3,must\n".utf8).write(to: URL(filePath: work.path("links.csv")))
            let run = try work.run(
                "cluster hdbscan --input x.npy --min-cluster-size 10 --allow-single-cluster --links links.csv --output l.csv --json"
            )
            #expect(run.status == 0, "\(run.errors)")
            #expect(try run.json()["violated_links"] as? Int == 0)
            let labels = try work.table("l.csv").column("label")
            #expect(labels[0] == labels[1] && labels[0] == labels[3] && labels[0] != "-1")
            for text in ["first,second,link\n0,999,must\n", "first,second,link\n0,1,maybe\n", "first,second\n0,1\n"] {
                try Data(text.utf8).write(to: URL(filePath: work.path("links.csv")))
                let run = try work.run("cluster hdbscan --input x.npy --links links.csv --output l.csv")
                #expect(run.status == 65 && run.errors.contains("links.csv"), "\(run.errors)")
            }
        }
    }

    @Test("k-means starts from given centroids, from random rows and under the other name of the seed")
    func starts() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            try work.matrix("x.npy").gatheringRows([0, 1, 2]).write(npy: work.path("start.npy"))
            for options in [
                "--init start.npy", "--init random --n-init 5 --random-state 7", "--max-iter 50 --tol 0 --seed 7",
            ] {
                let run = try work.run("cluster kmeans --input x.npy --n-clusters 3 \(options) --output labels.csv")
                #expect(run.status == 0, "\(run.errors)")
                let labels = try work.table("labels.csv").column("label")
                #expect(labels[0..<3].sorted() == ["0", "1", "2"])
            }
            let wrong = try work.run("cluster kmeans --input x.npy --n-clusters 4 --init start.npy --output labels.csv")
            #expect(wrong.status == 65)
            #expect(wrong.errors.contains("3 centroids"))
            let name = try work.run("cluster kmeans --input x.npy --n-clusters 4 --init middle --output labels.csv")
            #expect(name.status == 64)
        }
    }

    @Test("DBSCAN takes a radius or finds it, and calls a row far from all others noise")
    func dbscan() throws {
        try Workspace.with { work in
            var points = blobs(centers: 3, count: 40, dimension: 2, spread: 60, seed: 5).points
            points[0, 0] = 500
            try points.write(npy: work.path("x.npy"))
            for eps in ["3", "auto"] {
                let run = try work.run(
                    "cluster dbscan --input x.npy --eps \(eps) --min-samples 4 --output labels.csv --json")
                #expect(run.status == 0, "\(run.errors)")
                #expect(try work.table("labels.csv").column("label")[0] == "-1")
                let json = try run.json()
                #expect(json["clusters"] as? Int == 3)
                #expect((json["noise"] as? Int ?? 0) >= 1)
                #expect((json["eps"] as? Double ?? 0) > 0)
            }
        }
    }

    @Test("HDBSCAN finds groups, and tells how firmly rows belong to them and how far out they are")
    func hdbscan() throws {
        try Workspace.with { work in
            var points = blobs(centers: 3, count: 40, dimension: 2, spread: 60, seed: 5).points
            points[0, 0] = 500
            try points.write(npy: work.path("x.npy"))
            let run = try work.run("cluster hdbscan --input x.npy --min-cluster-size 10 --output labels.csv --json")
            #expect(run.status == 0, "\(run.errors)")
            let table = try work.table("labels.csv")
            #expect(try table.column("label")[0] == "-1")
            #expect(try table.column("probability")[0] == "0.0")
            let scores = try table.column("outlier_score").map { Double($0) ?? .nan }
            #expect(scores[0] == scores.max() && scores[0] > 0.9)
            let json = try run.json()
            #expect(json["clusters"] as? Int == 3)
            #expect((json["persistence"] as? [Double])?.count == 3)
            let tooMany = try work.run("cluster hdbscan --input x.npy --min-samples 121 --output labels.csv")
            #expect(tooMany.status == 65 || tooMany.status == 64)
            #expect(tooMany.errors.contains("120"), "\(tooMany.errors)")
        }
    }

    @Test("OPTICS writes the order of the rows and how each is reached, and cuts at a level if asked")
    func optics() throws {
        try Workspace.with { work in
            try blobs(centers: 3, count: 40, dimension: 2, spread: 60, seed: 5).points.write(npy: work.path("x.npy"))
            for (options, key) in [("", "valleys"), (" --eps 3", "eps")] {
                let run = try work.run("cluster optics --input x.npy --min-samples 6\(options) --output l.csv --json")
                #expect(run.status == 0, "\(run.errors)")
                let json = try run.json()
                #expect(json["clusters"] as? Int ?? 0 >= 3)
                #expect(json[key] != nil)
                let order = try work.table("l.csv").column("order").compactMap { Int($0) }
                #expect(order.sorted() == Array(0..<120))
                let reachability = try work.table("l.csv").column("reachability")
                #expect(reachability.count { $0 == "inf" } == 1)
            }
        }
    }

    @Test("A radius is refused with the reason where the distances have no knee")
    func noKnee() throws {
        try Workspace.with { work in
            try Matrix(rows: 50, columns: 1, values: (0..<50).map { Float($0) }).write(npy: work.path("line.npy"))
            let run = try work.run("cluster dbscan --input line.npy --eps auto --min-samples 2 --output labels.csv")
            #expect(run.status == 65)
            #expect(run.errors.contains("no eps suggests itself: all values are equal"))
            #expect(!work.exists("labels.csv"))
        }
    }

    @Test("Rows without content get no label and do not count")
    func rowsWithoutContent() throws {
        try Workspace.with { work in
            try work.writeBlobs(count: 10)
            let statuses = (0..<30).map { $0 == 5 ? "row \($0),decode-error,damaged\n" : "row \($0),ok,\n" }
            try work.write("id,status,reason\n" + statuses.joined(), to: "x.rows.csv")
            let run = try work.run("cluster kmeans --input x.npy --n-clusters 3 --output labels.csv --json")
            #expect(run.status == 0, "\(run.errors)")
            let table = try work.table("labels.csv")
            #expect(table.rows[5] == ["row 5", ""])
            #expect(try table.column("label").count { $0.isEmpty } == 1)
            #expect(try run.json()["left_out"] as? Int == 1)
            #expect(run.errors.contains("1 of 30 rows"))
        }
    }

    @Test(
        "A list of rows that does not fit the matrix beside it is bad data",
        arguments: [
            "id,status\na,ok\n", "id,status\na,ok\na,ok\nb,ok\n", "id,status\na,ok\nb,fine\nc,ok\n", "name\na\nb\nc\n",
        ])
    func wrongSheet(text: String) throws {
        try Workspace.with { work in
            try work.writeBlobs(count: 1)
            try work.write(text, to: "x.rows.csv")
            let run = try work.run("cluster kmeans --input x.npy --n-clusters 2 --output labels.csv")
            #expect(run.status == 65)
            #expect(run.errors.contains("x.rows.csv"))
        }
    }
}
