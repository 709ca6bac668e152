import Foundation
import Kindred
import Testing
import _TestSupport

@Suite("kindred stream")
struct StreamTests {
    /// Runs the tool with bytes on its standard input.
    private func run(_ work: Workspace, _ arguments: String, input: Data) throws -> ToolRun {
        try input.write(to: work.directory.appendingPathComponent("input.log"))
        let tool = try work.start(
            arguments.split(separator: " ").map { String($0) },
            input: FileHandle(forReadingFrom: work.directory.appendingPathComponent("input.log")))
        return try tool.result()
    }

    private static let options =
        "--n-clusters 3 --coreset-size 50 --report-every 100 --hot-share 0.1 --output clusters.csv"

    /// Six hundred rows of three groups as `x.npy`, and as `parts/0.npy` … `parts/5.npy`.
    private func writeRows(_ work: Workspace) throws {
        try work.writeBlobs(count: 200)
        let data = try work.matrix("x.npy")
        try FileManager.default.createDirectory(atPath: work.path("parts"), withIntermediateDirectories: true)
        for part in 0..<6 {
            try data.rows(in: part * 100..<part * 100 + 100).write(npy: work.path("parts/\(part).npy"))
        }
    }

    @Test("files, a folder and every form of standard input give the same clusters, with one thread or two")
    func forms() throws {
        try Workspace.with { work in
            try writeRows(work)
            let data = try work.matrix("x.npy")
            let rows = (0..<600).map { row in data.row(row).map { "\($0)" }.joined(separator: ",") }
            let npy = try (0..<6).map { try work.bytes("parts/\($0).npy") }.reduce(Data(), +)
            let csv = Data(("a,b,c,d,e,f,g,h\n" + rows.joined(separator: "\n")).utf8)
            let jsonl = Data(rows.map { "[\($0)]\n" }.joined().utf8)
            let objects = Data(rows.map { "{\"id\": 1, \"vector\": [\($0)], \"tags\": [7]}\n" }.joined().utf8)
            let first = try work.run("stream --input x.npy \(Self.options) --threads 1 --save-model m1")
            #expect(first.status == 0, "\(first.errors)")
            let expected = try work.bytes("clusters.csv")
            #expect(first.output.contains("row 600: 3 hot clusters"), "\(first.output)")
            let table = try work.table("clusters.csv")
            #expect(table.columns == ["cluster", "weight", "share", "radius"])
            #expect(try table.column("weight") == ["200.0", "200.0", "200.0"])
            #expect(try work.run("stream --input x.npy \(Self.options) --threads 2 --save-model m2").status == 0)
            #expect(try work.bytes("clusters.csv") == expected && work.bytes("m1") == work.bytes("m2"))
            for arguments in [
                "--input parts", "--input parts/0.npy parts/1.npy parts/2.npy parts/3.npy parts/4.npy parts/5.npy",
            ] {
                #expect(try work.run("stream \(arguments) \(Self.options)").status == 0)
                #expect(try work.bytes("clusters.csv") == expected)
            }
            for input in [npy, csv, jsonl, objects] {
                let run = try run(work, "stream --input - \(Self.options)", input: input)
                #expect(run.status == 0, "\(run.errors)")
                #expect(run.output == first.output.replacingOccurrences(of: "\nmodel in m1", with: ""))
                #expect(try work.bytes("clusters.csv") == expected)
            }
            // The model labels rows.
            #expect(try work.run("predict --model m1 --input x.npy --output l.csv").status == 0)
            let labels = try work.table("l.csv").column("label")
            for row in 3..<600 { #expect(labels[row] == labels[row % 3]) }
        }
    }

    @Test("a stream goes on from its snapshot, and tells which clusters are new", arguments: ["streamkm", "online"])
    func snapshots(algorithm: String) throws {
        try Workspace.with { work in
            try writeRows(work)
            let options = "\(Self.options) --algorithm \(algorithm) --batch-size 50 --init-size 90 --json"
            for part in 0..<6 {
                let run = try work.run("stream --input parts/\(part).npy --snapshot s \(options)")
                #expect(run.status == 0, "\(run.errors)")
                #expect(run.errors.contains("going on after \(part * 100) rows") == (part > 0))
            }
            let parts = try work.bytes("clusters.csv")
            let whole = try work.run("stream --input x.npy \(options)")
            #expect(whole.status == 0, "\(whole.errors)")
            #expect(try work.bytes("clusters.csv") == parts)
            // Rows of a fourth group: it appears.
            let (other, _) = blobs(centers: 1, count: 300, dimension: 8, spread: 400, seed: 8)
            try other.write(npy: work.path("other.npy"))
            let fourth = options.replacingOccurrences(of: "--n-clusters 3", with: "--n-clusters 4")
            #expect(try work.run("stream --input x.npy --snapshot four \(fourth)").status == 0)
            let run = try work.run("stream --input other.npy --snapshot four \(fourth)")
            #expect(run.status == 0, "\(run.errors)")
            if algorithm == "streamkm" { #expect(run.output.contains("\"event\":\"appeared\""), "\(run.output)") }
            let lines = run.output.split(separator: "\n")
            for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
            #expect(lines.last?.contains("\"event\":\"end\"") == true)
            // Other parameters, or another algorithm's snapshot, are refused.
            let wrong = try work.run("stream --input x.npy --snapshot four \(options)")
            #expect(wrong.status == 64 && wrong.errors.contains("other parameters"), "\(wrong.errors)")
            let otherAlgorithm = algorithm == "online" ? "streamkm" : "online"
            let mixed = try work.run(
                "stream --input x.npy --snapshot four \(fourth.replacingOccurrences(of: algorithm, with: otherAlgorithm))"
            )
            #expect(mixed.status == 65 && mixed.errors.contains("kind"), "\(mixed.errors)")
        }
    }

    @Test(
        "rows that cannot be are named, and nothing is written",
        arguments: [
            ("1,2\n3\n", 65, "line 2"), ("1,2\n3,x\n", 65, "line 2"), ("[1,2]\n[1,[2]]\n", 65, "line 2"),
            ("[1,2]\n{\"v\":[1]}\n", 65, "line 2"), ("1,nan\n", 65, "line 1"), ("[1,2\n", 65, "line 1"),
            ("", 65, "0 rows"),
            ("1,2\n", 65, "1 rows"), ("\u{1}\u{2}", 65, "0 rows"),
        ])
    func badRows(text: String, status: Int, reason: String) throws {
        try Workspace.with { work in
            let run = try run(work, "stream --input - --n-clusters 3 --output c.csv", input: Data(text.utf8))
            #expect(Int(run.status) == status && run.errors.contains(reason), "\(run.status) \(run.errors)")
            #expect(!work.exists("c.csv"))
        }
    }

    @Test("damaged arrays, missing files and wrong options have their own status")
    func refused() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            let whole = try work.bytes("x.npy")
            for length in [5, 30, whole.count - 3] {
                let run = try run(
                    work, "stream --input - --format npy --n-clusters 3 --output c.csv", input: whole.prefix(length))
                #expect(run.status == 65 && run.errors.contains("array 1"), "\(run.errors)")
            }
            let second = try run(
                work, "stream --input - --n-clusters 3 --output c.csv", input: whole + Data(repeating: 7, count: 40))
            #expect(second.status == 65 && second.errors.contains("array 2: not a .npy file"), "\(second.errors)")
            for (arguments, status) in [
                ("--input none --n-clusters 3", 66), ("--input . --n-clusters 3 --format tsv", 64),
                ("--input x.npy - --n-clusters 3", 64), ("--input x.npy --n-clusters 0", 64),
                ("--input x.npy --n-clusters 3 --half-life 0", 64),
                ("--input x.npy --n-clusters 3 --report-every 0", 64),
                ("--input x.npy --n-clusters 3 --hot-share 2", 64),
                ("--input x.npy --n-clusters 3 --snapshot x.npy", 65),
                ("--input x.npy --n-clusters 500", 65), ("--input x.npy --n-clusters 3 --memory-limit 1MB", 65),
            ] {
                let run = try work.run("stream \(arguments) --output c.csv")
                #expect(Int(run.status) == status, "\(arguments): \(run.status) \(run.errors)")
            }
            #expect(!work.exists("c.csv"))
        }
    }

    @Test("Ctrl-C ends an endless stream with 130, its clusters and its snapshot")
    func interrupt() throws {
        try Workspace.with { work in
            let pipe = Pipe()
            let tool = try work.start(
                "stream --input - --n-clusters 2 --report-every 50 --snapshot s --output c.csv --json"
                    .split(separator: " ").map { String($0) }, input: pipe.fileHandleForReading)
            let rows = (0..<120).map { "\($0 % 2 * 50 + $0 % 7),\($0 % 5)\n" }.joined()
            try pipe.fileHandleForWriting.write(contentsOf: Data(rows.utf8))
            // The pipe stays open: the tool waits for more.
            let deadline = Date(timeIntervalSinceNow: 60)
            while try !tool.outputText.contains("\"rows\":100"), Date() < deadline {
                Thread.sleep(forTimeInterval: 0.02)
            }
            Thread.sleep(forTimeInterval: 0.3)
            tool.process.interrupt()
            while tool.process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.02) }
            if tool.process.isRunning { kill(tool.process.processIdentifier, SIGKILL) }
            let run = try tool.result()
            #expect(run.status == 130, "\(run.errors)")
            let end = try #require(run.output.split(separator: "\n").last)
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(end.utf8)) as? [String: Any])
            #expect(json["interrupted"] as? Bool == true && (json["rows"] as? Int ?? 0) >= 100)
            #expect(try work.table("c.csv").rows.count == 2)
            #expect(work.exists("s"))
            let files = try FileManager.default.contentsOfDirectory(atPath: work.directory.path)
            #expect(Set(files.filter { !$0.hasSuffix(".log") }) == ["c.csv", "s"])
        }
    }
}
