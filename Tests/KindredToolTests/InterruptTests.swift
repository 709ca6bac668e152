import Foundation
import Testing
import _TestSupport

@Suite("Ctrl-C")
struct InterruptTests {
    @Test("Ctrl-C ends long work with 130 and leaves nothing half-written")
    func interrupt() throws {
        try Workspace.with { work in
            try randomMatrix(rows: 4000, columns: 64, seed: 1).write(npy: work.path("x.npy"))
            let tool = try work.start([
                "cluster", "kmeans", "--input", "x.npy", "--n-clusters", "60", "--n-init", "1000000", "--output",
                "labels.csv",
            ])
            // The tool says how much memory it takes when it is about to start.
            let deadline = Date(timeIntervalSinceNow: 60)
            while try !tool.errorText.contains("k-means takes"), Date() < deadline {
                Thread.sleep(forTimeInterval: 0.02)
            }
            Thread.sleep(forTimeInterval: 0.2)
            tool.process.interrupt()
            while tool.process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.02) }
            // A tool that does not heed must not stop the tests.
            if tool.process.isRunning { kill(tool.process.processIdentifier, SIGKILL) }
            let run = try tool.result()
            #expect(run.status == 130, "\(run.errors)")
            #expect(run.errors.contains("interrupted"))
            let files = try FileManager.default.contentsOfDirectory(atPath: work.directory.path)
            #expect(files.filter { !$0.hasSuffix(".log") } == ["x.npy"])
        }
    }
}
