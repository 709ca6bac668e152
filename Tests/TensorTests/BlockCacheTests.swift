import Tensor
import Testing

@Suite struct BlockCacheTests {
    @Test("large blocks that are used again are never shared by two arrays")
    func reuse() {
        // Arrays of many sizes come and go on several threads; each must keep what was written to it.
        let wrong = parallelMap(16) { thread in
            var kept: [NDArray] = []
            var wrong = 0
            for round in 0..<40 {
                let value = Float(thread * 100 + round)
                kept.append(NDArray(shape: [70_000 + 997 * ((thread + round) % 5)], repeating: value))
                if kept.count > 3 { kept.removeFirst() }
                for (index, array) in kept.enumerated() {
                    let expected = value - Float(kept.count - 1 - index)
                    wrong += array.withUnsafeBufferPointer { $0.contains { $0 != expected } ? 1 : 0 }
                }
            }
            return wrong
        }
        #expect(wrong.allSatisfy { $0 == 0 })
    }

    @Test("blocks from the cache are aligned, and a copy of a large array is another block")
    func alignment() {
        for _ in 0..<5 {
            let array = NDArray(shape: [100_001], repeating: 1)
            var copy = array
            copy[0] = 2
            #expect(array[0] == 1)
            array.withUnsafeBufferPointer { #expect(UInt(bitPattern: $0.baseAddress) % 64 == 0) }
            copy.withUnsafeBufferPointer { #expect(UInt(bitPattern: $0.baseAddress) % 64 == 0) }
        }
    }
}
