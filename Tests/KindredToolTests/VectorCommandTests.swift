import Foundation
import Kindred
import Testing
import _TestSupport

@Suite("kindred fuse, reduce, map and search")
struct VectorCommandTests {
    @Test("reduce keeps a count or a share of the variance, whitened if asked")
    func reduce() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            let run = try work.run("reduce --method pca --input x.npy --components 3 --whiten --output y.npy --json")
            #expect(run.status == 0, "\(run.errors)")
            let reduced = try work.matrix("y.npy")
            #expect(reduced.rows == 120 && reduced.columns == 3)
            // Whitened components have a variance of 1 with n − 1 in the denominator.
            for deviation in reduced.columnStandardDeviations() {
                #expect(abs(deviation - (119.0 / 120).squareRoot()) < 1e-3)
            }
            #expect(try work.table("y.rows.csv").columns == ["id", "status", "reason"])
            let share = try work.run("reduce --input x.npy --components 0.9 --output y.npy --json").json()
            let ratios = try #require(share["explained_variance_ratio"] as? [Double])
            #expect(ratios.reduce(0, +) > 0.9 && ratios.dropLast().reduce(0, +) <= 0.9)
        }
    }

    @Test("map gives each row a place on the plane")
    func map() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            let run = try work.run("map --method pca --input x.npy --output xy.npy")
            #expect(run.status == 0, "\(run.errors)")
            let map = try work.matrix("xy.npy")
            #expect(map.rows == 120 && map.columns == 2)
        }
    }

    @Test("fuse masks what an input lacks, and lists what is lacking")
    func fuse() throws {
        try Workspace.with { work in
            try randomMatrix(rows: 6, columns: 4, seed: 1).write(npy: work.path("a.npy"))
            try randomMatrix(rows: 6, columns: 3, seed: 2).write(npy: work.path("b.npy"))
            func sheet(_ absent: Set<Int>, _ status: String) -> String {
                "id,status,reason\n" + (0..<6).map { "r\($0),\(absent.contains($0) ? status : "ok"),\n" }.joined()
            }
            try work.write(sheet([1, 2], "decode-error"), to: "a.rows.csv")
            try work.write(sheet([2, 3], "missing-text"), to: "b.rows.csv")
            let run = try work.run(
                "fuse --method concat --input a.npy b.npy --weights 1,0.5 --normalization l2 --output z.npy --json")
            #expect(run.status == 0, "\(run.errors)")
            let joint = try work.matrix("z.npy")
            #expect(joint.columns == 7)
            #expect(joint.row(2).allSatisfy { $0 == 0 })
            #expect(joint.row(1).prefix(4).allSatisfy { $0 == 0 } && joint.row(1).suffix(3).contains { $0 != 0 })
            let lengths = joint.rowNorms()
            for row in [0, 1, 3, 4, 5] { #expect(abs(lengths[row] - Float(1.25).squareRoot()) < 1e-5) }
            let table = try work.table("z.rows.csv")
            #expect(try table.column("status") == ["ok", "ok", "missing-both", "ok", "ok", "ok"])
            #expect(try table.column("id")[5] == "r5")
            #expect(try run.json()["complete"] as? Int == 3)
            for other in ["z-score", "none"] {
                #expect(try work.run("fuse --input a.npy b.npy --normalization \(other) --output z.npy").status == 0)
            }
        }
    }

    @Test("fuse refuses inputs whose rows have other ids or another number")
    func fuseOtherRows() throws {
        try Workspace.with { work in
            try randomMatrix(rows: 3, columns: 4, seed: 1).write(npy: work.path("a.npy"))
            try randomMatrix(rows: 3, columns: 4, seed: 2).write(npy: work.path("b.npy"))
            try randomMatrix(rows: 2, columns: 4, seed: 2).write(npy: work.path("c.npy"))
            try work.write("id,status,reason\n0,ok,\n2,ok,\n1,ok,\n", to: "b.rows.csv")
            let order = try work.run("fuse --input a.npy b.npy --output z.npy")
            #expect(order.status == 65)
            #expect(order.errors.contains("row 1 is called \"1\" in a.npy and \"2\" in b.npy"))
            #expect(try work.run("fuse --input a.npy c.npy --output z.npy").status == 65)
            #expect(!work.exists("z.npy"))
        }
    }

    @Test("search finds each row nearest to itself", arguments: ["euclidean", "cosine"])
    func search(metric: String) throws {
        try Workspace.with { work in
            try work.writeBlobs(count: 10)
            try work.matrix("x.npy").gatheringRows([4, 9]).write(npy: work.path("q.npy"))
            let run = try work.run(
                "search --input x.npy --query q.npy --k 5 --metric \(metric) --output near.csv --json")
            #expect(run.status == 0, "\(run.errors)")
            let table = try work.table("near.csv")
            #expect(table.columns == ["query", "rank", "id", "distance"])
            #expect(table.rows.count == 10)
            #expect(try table.column("query") == ["0", "0", "0", "0", "0", "1", "1", "1", "1", "1"])
            #expect(table.rows[0][1...2] == ["1", "4"] && table.rows[5][1...2] == ["1", "9"])
            let distances = try table.column("distance").compactMap { Float($0) }
            #expect(distances[0] < 1e-6)
            #expect(Array(distances[0..<5]) == distances[0..<5].sorted())
            #expect(try run.json()["queries"] as? Int == 2)
        }
    }

    @Test("search gives all rows when fewer are there than asked for, and refuses other numbers of features")
    func searchLimits() throws {
        try Workspace.with { work in
            try randomMatrix(rows: 3, columns: 4, seed: 1).write(npy: work.path("a.npy"))
            try randomMatrix(rows: 3, columns: 5, seed: 1).write(npy: work.path("b.npy"))
            let run = try work.run("search --input a.npy --query a.npy --k 9 --output near.csv")
            #expect(run.status == 0)
            #expect(run.errors.contains("only 3 rows"))
            #expect(try work.table("near.csv").rows.count == 9)
            #expect(try work.run("search --input a.npy --query b.npy --output near.csv").status == 65)
        }
    }
}
