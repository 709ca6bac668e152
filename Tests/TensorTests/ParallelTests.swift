import Foundation
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

    @Test("loops within loops, and loops of several threads at once, run each tile once", arguments: [2, 8])
    func nestedAndConcurrent(threads: Int) async {
        let before = Parallelism.threadCount
        defer { Parallelism.threadCount = before }
        Parallelism.threadCount = threads
        func nested(_ seed: Int) -> [[Int]] { parallelMap(5) { row in parallelMap(7) { seed + row * $0 } } }
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<4 {
                group.addTask {
                    for round in 0..<500 {
                        #expect(nested(caller + round) == (0..<5).map { r in (0..<7).map { caller + round + r * $0 } })
                    }
                }
            }
        }
    }

    @Test("a thousand short loops, with and without pauses between them, lose no thread's scratch")
    func shortLoops() {
        let before = Parallelism.threadCount
        defer { Parallelism.threadCount = before }
        for round in 0..<1000 {
            Parallelism.threadCount = 1 + round % 5
            var total = 0
            parallelFor(20, scratch: { 0 }, merge: { total += $0 }, { tile, sum in sum += tile })
            #expect(total == 190)
            // Long enough for workers to fall asleep.
            if round % 100 == 0 { usleep(2000) }
        }
    }

    @Test("stages of an item follow one another, each once, for any number of threads", arguments: [1, 2, 7])
    func stages(threads: Int) {
        let before = Parallelism.threadCount
        defer { Parallelism.threadCount = before }
        Parallelism.threadCount = threads
        for (stages, items) in [(0, 3), (3, 0), (1, 1), (40, 1), (7, 3), (25, 60)] {
            var seen = [[Int]](repeating: [], count: items)
            seen.withUnsafeMutableBufferPointer { places in
                // Two threads in one item's place at once would be a fault that sanitizers see.
                nonisolated(unsafe) let places = places
                parallelStages(stages, itemCount: items, scratch: { 0 }) { stage, item, calls in
                    calls += 1
                    if item == 0 && stage % 5 == 0 { usleep(100) }
                    places[item].append(stage)
                }
            }
            #expect(seen == Array(repeating: Array(0..<stages), count: items))
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
