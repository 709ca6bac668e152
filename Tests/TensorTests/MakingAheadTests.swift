import Dispatch
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct MakingAheadTests {
    private struct Stop: Error, Equatable { let at: Int }

    @Test("parts are made and used in order, for any number of threads")
    func order() {
        for count in [0, 1, 2, 9] {
            for used in withThreadCounts({
                var used: [Int] = []
                makingAhead(count) {
                    $0 * 3
                } use: { index, part in
                    #expect(part == index * 3)
                    used.append(index)
                }
                return used
            }) {
                #expect(used == Array(0..<count))
            }
        }
    }

    @Test("while a part is used the next is made, and no more than that")
    func overlap() {
        let before = Parallelism.threadCount
        defer { Parallelism.threadCount = before }
        Parallelism.threadCount = 2
        let begun = (0..<4).map { _ in DispatchSemaphore(value: 0) }
        makingAhead(4) { index in
            begun[index].signal()
        } use: { index, _ in
            if index < 3 { #expect(begun[index + 1].wait(timeout: .now() + 20) == .success) }
            if index < 2 { #expect(begun[index + 2].wait(timeout: .now() + 0.01) == .timedOut) }
        }
    }

    @Test("an error ends it, once the part under way is made")
    func errors() {
        for made in withThreadCounts({
            let made = Locked<[Int]>([])
            #expect(throws: Stop(at: 2)) {
                try makingAhead(8) { index in
                    made.withLock { $0.append(index) }
                } use: { index, _ throws(Stop) in
                    if index == 2 { throw Stop(at: index) }
                }
            }
            return made.withLock { $0 }
        }) {
            #expect(made == [0, 1, 2] || made == [0, 1, 2, 3])
        }
    }
}
