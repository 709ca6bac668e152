import Foundation
import Kindred
import Testing
import _TestSupport

@Suite("kindred as a whole")
struct ToolTests {
    private static let commands = [
        "run", "embed", "embed images", "embed texts", "fuse", "reduce", "map", "cluster", "cluster kmeans",
        "cluster dbscan", "cluster hdbscan", "cluster optics",
        "evaluate", "choose", "topics", "search", "models", "models get", "models list", "models info", "info",
    ]

    @Test("The help of each command shows an example", arguments: commands)
    func help(command: String) throws {
        try Workspace.with { work in
            let run = try work.run(command + " --help")
            #expect(run.status == 0)
            #expect(run.output.contains("EXAMPLE\n  kindred \(command)"), "\(run.output)")
            #expect(run.errors.isEmpty)
        }
    }

    @Test("The version is the library's")
    func version() throws {
        try Workspace.with { work in
            let run = try work.run("--version")
            #expect(run.output == KindredVersion.current + "\n")
        }
    }

    @Test("info describes the machine, in text and as JSON")
    func info() throws {
        try Workspace.with { work in
            let run = try work.run("info --json --threads 2")
            #expect(run.status == 0, "\(run.errors)")
            let json = try run.json()
            #expect(json["version"] as? String == KindredVersion.current)
            #expect(json["threads"] as? Int == 2)
            #expect((json["memory_bytes"] as? Int ?? 0) > 0)
            let rates = try #require(json["gflops"] as? [String: Any])
            #expect((rates["kindred"] as? Double ?? 0) > 0)
            let text = try work.run("info").output
            for word in ["kindred", "processor", "threads", "memory", "SIMD", "OpenBLAS", "GFLOP/s"] {
                #expect(text.contains(word), "\(word)")
            }
        }
    }

    @Test("info works without OpenBLAS and says how to install it")
    func infoWithoutBLAS() throws {
        try Workspace.with { work in
            // An empty file of the library's name comes first in the search, so that the library cannot be loaded.
            try work.write("", to: "libopenblas.so.0")
            let run = try work.run("info", environment: ["LD_LIBRARY_PATH": work.directory.path])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("apt-get install libopenblas0-pthread"), "\(run.output)")
            let json = try work.run("info --json", environment: ["LD_LIBRARY_PATH": work.directory.path]).json()
            #expect(json["blas_core"] is NSNull)
        }
    }

    @Test("Output files are the same bytes for every number of threads")
    func threads() throws {
        try Workspace.with { work in
            try work.writeBlobs(count: 300)
            try work.writePosts()
            let commands = [
                "embed texts --input posts.csv --components 5 --output OUT.npy",
                "reduce --input x.npy --components 4 --output OUT.npy",
                "map --input x.npy --output OUT.npy",
                "fuse --input x.npy x.npy --normalization z-score --output OUT.npy",
                "cluster kmeans --input x.npy --n-clusters 20 --n-init 2 --output OUT.csv",
                "cluster dbscan --input x.npy --eps auto --output OUT.csv",
                "cluster hdbscan --input x.npy --min-cluster-size 8 --output OUT.csv",
                "cluster optics --input x.npy --min-samples 8 --output OUT.csv",
                "choose --input x.npy --to 6 --sample 200 --output OUT.csv",
                "search --input x.npy --query x.npy --k 5 --output OUT.csv",
            ]
            for (index, command) in commands.enumerated() {
                for threads in [1, 2] {
                    let line = command.replacingOccurrences(of: "OUT", with: "out-\(index)-\(threads)")
                    let run = try work.run(line + " --seed 3 --threads \(threads)")
                    #expect(run.status == 0, "\(run.errors)")
                }
                for ending in command.hasSuffix("npy") ? [".npy", ".rows.csv"] : [".csv"] {
                    let files = try [1, 2].map { try work.bytes("out-\(index)-\($0)\(ending)") }
                    #expect(files[0] == files[1], "\(command)")
                }
            }
        }
    }

    @Test("Results go to standard output, progress and remarks elsewhere")
    func streams() throws {
        try Workspace.with { work in
            try work.writeBlobs()
            let run = try work.run("cluster kmeans --input x.npy --n-clusters 3 --output labels.csv --json")
            #expect(run.output.split(separator: "\n").count == 1)
            _ = try run.json()
            #expect(run.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("kindred: ") })
        }
    }
}
