import Tensor
import Testing

@Suite struct MemoryEstimateTests {
    @Test("parts add up; those of one name become one")
    func sums() {
        let estimate =
            MemoryEstimate("vectors", floats: 250) + MemoryEstimate("labels", bytes: 24)
            + MemoryEstimate("vectors", bytes: 500)
        #expect(estimate.bytes == 1524)
        #expect(estimate.parts.map(\.label) == ["vectors", "labels"])
        #expect(estimate.parts.map(\.bytes) == [1500, 24])
        #expect((estimate * 3).bytes == 4572)
        #expect((estimate * 3).parts.map(\.bytes) == [4500, 72])
        #expect(estimate + .zero == estimate && estimate * 0 == .zero)
        #expect([estimate, estimate].reduce(.zero, +).bytes == 3048)
    }

    @Test("nothing has no parts")
    func nothing() {
        #expect(MemoryEstimate("empty", bytes: 0) == .zero)
        #expect(MemoryEstimate.zero.bytes == 0 && MemoryEstimate.zero.description == "0 bytes")
        #expect(MemoryEstimate.zero.breakdown.isEmpty)
    }

    @Test("the greater of two is that of more bytes")
    func comparison() {
        let (small, large) = (MemoryEstimate("a", bytes: 5), MemoryEstimate("b", bytes: 6))
        #expect(small < large && max(small, large) == large)
    }

    @Test(
        "sizes read well",
        arguments: [
            (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (1500, "1.5 kB"), (9949, "9.9 kB"), (9960, "10 kB"),
            (999_499, "999 kB"), (999_500, "1.0 MB"), (1_240_000_000, "1.2 GB"), (24_000_000_000, "24 GB"),
            (Int.max, "9.2 EB"),
        ])
    func descriptions(bytes: Int, text: String) {
        #expect(MemoryEstimate("work", bytes: bytes).description == text)
    }

    @Test("the breakdown starts with the greatest part, equal ones in the order in which they came")
    func breakdown() {
        let estimate =
            MemoryEstimate("a", bytes: 10) + MemoryEstimate("b", bytes: 3000) + MemoryEstimate("c", bytes: 10)
        #expect(estimate.breakdown == "b 3.0 kB, a 10 bytes, c 10 bytes")
    }

    @Test("numbers too great stay at the greatest")
    func overflow() {
        #expect(MemoryEstimate("x", floats: .max).bytes == .max)
        #expect((MemoryEstimate("x", bytes: .max) + MemoryEstimate("y", bytes: 1)).bytes == .max)
        #expect((MemoryEstimate("x", bytes: .max) + MemoryEstimate("x", bytes: 1)).bytes == .max)
        #expect((MemoryEstimate("x", bytes: .max / 2) * 3).bytes == .max)
    }
}
