import Tensor
import Testing

@Suite(.serialized) struct ParallelTests {
    @Test("each tile runs once, for any number of threads", arguments: [1, 2, 7])
    func eachTileOnce(threads: Int) {
        let before = Parallelism.threadCount
        defer { Parallelism.threadCount = before }
        Parallelism.threadCount = threads
        for count in [0, 1, 2, 100] {
            #expect(parallelMap(count) { $0 * $0 } == (0..<count).map { $0 * $0 })
        }
    }

    @Test("a handler that answers no, or a cancelled task, stops the work")
    func cancellation() async {
        #expect(ProgressHandler.none.advance("work", 1, of: 2))
        #expect(!ProgressHandler { $0.completed < 2 }.advance("work", 2))
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return ProgressHandler.none.advance("work", 1)
        }
        task.cancel()
        #expect(await task.value == false)
    }
}
