import Foundation
import Testing
import _TestSupport

@Suite("Ctrl-C")
struct InterruptTests {
    @Test("Ctrl-C ends long work with 130 and leaves nothing half-written")
    func interrupt() throws {
        try Workspace.with { work in
            try randomMatrix(rows: 4000, columns: 64, seed: 1).write(npy: work.path("x.npy"))
            let process = try work.start([
                "cluster", "kmeans", "--input", "x.npy", "--n-clusters", "60", "--n-init", "1000000", "--output",
                "labels.csv",
            ])
            // Long enough for the tool to be at work: it is interrupted again until it heeds.
            Thread.sleep(forTimeInterval: 0.7)
            process.interrupt()
            let run = try work.result(of: process)
            #expect(run.status == 130, "\(run.errors)")
            #expect(run.errors.contains("interrupted"))
            let files = try FileManager.default.contentsOfDirectory(atPath: work.directory.path)
            #expect(files.filter { !$0.hasSuffix(".log") } == ["x.npy"])
        }
    }
}
