import Foundation
import Kindred
import Testing
import _TestSupport

@Suite("Exit statuses of kindred")
struct FailureTests {
    /// Runs `kindred cluster kmeans` on `x.npy`, with other options after those.
    private func cluster(_ work: Workspace, _ options: String = "", clusters: Int = 3) throws -> ToolRun {
        try work.run("cluster kmeans --input x.npy --n-clusters \(clusters) --output labels.csv \(options)")
    }

    /// What an error must look like: one line with the program's name.
    private func expectError(_ run: ToolRun, _ status: Int32, _ words: String...) {
        #expect(run.status == status, "\(run.errors)")
        let lines = run.errors.split(separator: "\n").filter { $0.hasPrefix("kindred: error: ") }
        #expect(lines.count == 1, "\(run.errors)")
        for word in words { #expect(lines.first?.contains(word) == true, "\(run.errors) lacks \(word)") }
        #expect(run.output.isEmpty)
    }

    @Test(
        "A wrong command line ends with 64",
        arguments: [
            "", "frobnicate", "cluster kmeans --inptu x.npy", "cluster kmeans --input x.npy --output l.csv",
            "cluster kmeans --input x.npy --output l.csv --n-clusters three",
            "cluster kmeans --input x.npy --output l.csv --n-clusters 0",
            "cluster kmeans --input x.npy --output l.csv --n-clusters 2 --n-init 0",
            "cluster kmeans --input x.npy --output l.csv --n-clusters 2 --max-iter 0",
            "cluster kmeans --input x.npy --output l.csv --n-clusters 2 --tol=-1",
            "cluster kmeans --input x.npy --output l.csv --n-clusters 2 --metric manhattan",
            "cluster kmeans --input x.npy --output l.csv --n-clusters 2 --threads 0",
            "cluster kmeans --input x.npy --output l.csv --n-clusters 2 --memory-limit much",
            "cluster kmeans --input x.npy --output none/l.csv --n-clusters 2",
            "cluster kmeans --input x.npy --output . --n-clusters 2",
            "cluster dbscan --input x.npy --output l.csv --eps 0",
            "cluster hdbscan --input x.npy --output l.csv --min-cluster-size 1",
            "cluster hdbscan --input x.npy --output l.csv --min-samples 0",
            "cluster optics --input x.npy --output l.csv --min-samples 1",
            "cluster optics --input x.npy --output l.csv --xi 1",
            "cluster hdbscan --input x.npy --output l.csv --cluster-selection-epsilon=-1",
            "cluster hdbscan --input x.npy --output l.csv --min-cluster-size 9 --max-cluster-size 8",
            "cluster dbscan --input x.npy --output l.csv --eps=-1",
            "cluster dbscan --input x.npy --output l.csv --eps nan",
            "cluster dbscan --input x.npy --output l.csv --eps 1 --min-samples 0",
            "cluster dbscan --input x.npy --output l.csv --eps auto --min-samples 1",
            "search --input x.npy --query x.npy --output l.csv --k 0",
            "choose --input x.npy --output l.csv --from 0 --to 3",
            "choose --input x.npy --output l.csv --from 4 --to 3",
            "evaluate --input x.npy --labels truth.csv --sample 1", "fuse --input x.npy --output z.npy",
            "fuse --input x.npy x.npy --weights 1 --output z.npy",
            "fuse --input x.npy x.npy --weights 1,-1 --output z.npy",
            "reduce --input x.npy --components 0 --output y.npy", "reduce --input x.npy --method magic --output y.npy",
            "embed images --input . --encoder clip --output y.npy",
            "embed texts --input truth.csv --encoder clip --output y.npy",
            "embed images --input . --encoder . --pooling some --output y.npy",
            "search --input x.npy --output l.csv", "search --input x.npy --text a --output l.csv",
            "search --input x.npy --query x.npy --text a --encoder . --output l.csv",
            "embed texts --input truth.csv --text-column label --components 0 --output y.npy",
        ])
    func usage(arguments: String) throws {
        try Workspace.with { work in
            try work.writeBlobs(count: 5)
            let run = try work.run(arguments)
            if arguments.isEmpty {
                // Without a command there is only help.
                #expect(run.status == 0 && run.output.contains("SUBCOMMANDS"))
            } else {
                expectError(run, 64)
            }
        }
    }

    @Test(
        "A missing input ends with 66",
        arguments: [
            "cluster kmeans --input no.npy --n-clusters 2 --output o", "reduce --input no.npy --output o",
            "map --input no.npy --output o", "fuse --input x.npy no.npy --output o",
            "search --input x.npy --query no.npy --output o", "evaluate --input x.npy --labels no.csv",
            "evaluate --input x.npy --labels truth.csv --truth no.csv", "choose --input no.npy --to 3 --output o",
            "topics --input no.csv --labels truth.csv --output o", "embed texts --input no.csv --output o",
            "embed images --input no --output o",
        ])
    func missingInput(arguments: String) throws {
        try Workspace.with { work in
            try work.writeBlobs(count: 5)
            expectError(try work.run(arguments), 66, arguments.contains("no.csv") ? "no.csv" : "no")
            #expect(!work.exists("o"))
        }
    }

    @Test("A file that is no .npy file, or only the start of one, is bad data", arguments: [0, 3, 60, 200])
    func damaged(length: Int) throws {
        try Workspace.with { work in
            try work.writeBlobs()
            let bytes = try work.bytes("x.npy")
            try bytes.prefix(length).write(to: URL(fileURLWithPath: work.path("x.npy")))
            expectError(try cluster(work), 65, "x.npy")
            #expect(!work.exists("labels.csv"))
        }
    }

    @Test("A number that is not finite is named by its row and column", arguments: [Float.nan, .infinity])
    func notFinite(value: Float) throws {
        try Workspace.with { work in
            try work.writeBlobs()
            var points = try work.matrix("x.npy")
            points[17, 5] = value
            try points.write(npy: work.path("x.npy"))
            expectError(try cluster(work), 65, "x.npy", "row 17, column 5")
        }
    }

    @Test("Arrays in Fortran order are read like others")
    func fortran() throws {
        try Workspace.with { work in
            let golden = goldens().deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("TensorTests/Goldens/npy/f4-little-fortran.npy")
            try Data(contentsOf: golden).write(to: URL(fileURLWithPath: work.path("x.npy")))
            let run = try cluster(work, clusters: 1)
            #expect(run.status == 0, "\(run.errors)")
            let rows = try work.matrix("x.npy").rows
            #expect(try work.table("labels.csv").rows.count == rows)
        }
    }

    @Test("More clusters than rows, and more components than the data has, are bad data")
    func tooMany() throws {
        try Workspace.with { work in
            try work.writeBlobs(count: 2)
            expectError(try cluster(work, clusters: 7), 65, "only 6 rows")
            expectError(try work.run("choose --input x.npy --to 7 --output s.csv"), 65, "at most 6")
            expectError(try work.run("reduce --input x.npy --components 7 --output y.npy"), 65, "at most 6")
        }
    }

    @Test("A column that is missing is named beside those that exist")
    func missingColumn() throws {
        try Workspace.with { work in
            try work.writePosts()
            expectError(
                try work.run("embed texts --input posts.csv --text-column body --output x.npy"), 65, "\"body\"",
                "\"text\"")
            expectError(try work.run("embed images --input posts.csv --output x.npy"), 65, "\"image\"")
        }
    }

    @Test("Labels of other rows are bad data")
    func otherLabels() throws {
        try Workspace.with { work in
            try work.writeBlobs(count: 2)
            try work.write("id,label\n0,0\n", to: "short.csv")
            expectError(try work.run("evaluate --input x.npy --labels short.csv"), 65, "short.csv has 1 row", "has 6")
            try work.write("id,label\n0,0\n1,0\n2,0\n3,1\n4,1\n9,1\n", to: "other.csv")
            expectError(try work.run("evaluate --input x.npy --labels other.csv"), 65, "no label for the row \"5\"")
        }
    }

    @Test("Work that would pass the memory limit is refused before it starts, with a remedy")
    func memoryLimit() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            expectError(try cluster(work, "--memory-limit 1MB"), 65, "more than --memory-limit 1 MB", "kindred reduce")
            #expect(!work.exists("labels.csv"))
            let run = try cluster(work, "--memory-limit 2GiB")
            #expect(run.status == 0)
            #expect(run.errors.contains("k-means takes about"))
            #expect(try cluster(work, "--quiet").errors.isEmpty)
        }
    }

    @Test("An output replaces the file that was there, and a failure leaves it alone")
    func replacing() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            try work.write("old", to: "labels.csv")
            #expect(try cluster(work, clusters: 1000).status == 65)
            #expect(try work.bytes("labels.csv") == Data("old".utf8))
            #expect(try cluster(work).status == 0)
            #expect(try work.table("labels.csv").rows.count == 120)
        }
    }
}
