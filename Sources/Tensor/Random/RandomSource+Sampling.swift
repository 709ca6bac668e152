#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

// Kindred samples through these functions only: the standard library does not promise that its own algorithms
// (`shuffle`, `Int.random`) give the same numbers in its next version.
extension RandomSource {
    /// A number in [0, 1), uniformly, with 53 random bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number in `range`, uniformly.
    public mutating func uniform(in range: Range<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// A whole number in 0 ..< `bound`, uniformly and without bias.
    ///
    /// - Precondition: `bound > 0`.
    /// - Reference: Lemire, "Fast random integer generation in an interval", 2019, doi:10.1145/3230636.
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "no whole number lies below \(bound)")
        let bound = UInt64(bound)
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    /// A number from the normal distribution with mean 0 and standard deviation 1 (Box–Muller).
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * Double.pi * uniform())
    }

    /// Puts the elements of `items` in random order (Fisher–Yates).
    ///
    /// - Complexity: O(n).
    public mutating func shuffle<T>(_ items: inout [T]) {
        guard items.count > 1 else { return }
        for last in stride(from: items.count - 1, to: 0, by: -1) {
            items.swapAt(last, integer(below: last + 1))
        }
    }

    /// A random order of 0 ..< `count`.
    ///
    /// - Complexity: O(count).
    public mutating func permutation(of count: Int) -> [Int] {
        var result = Array(0..<count)
        shuffle(&result)
        return result
    }

    /// `size` different indices out of 0 ..< `count`, in ascending order, each subset equally likely.
    ///
    /// - Precondition: 0 ≤ `size` ≤ `count`.
    /// - Complexity: O(count) time, O(size) memory (selection sampling, Knuth's Algorithm S).
    public mutating func sample(_ size: Int, outOf count: Int) -> [Int] {
        precondition(size >= 0 && size <= count, "cannot choose \(size) of \(count)")
        var result: [Int] = []
        result.reserveCapacity(size)
        for index in 0..<count where result.count < size {
            if uniform() * Double(count - index) < Double(size - result.count) { result.append(index) }
        }
        return result
    }

    /// An index drawn with probability proportional to its weight; weights that are not positive are never drawn.
    ///
    /// - Returns: `nil` when no weight is positive.
    /// - Complexity: O(weights.count).
    public mutating func index(weightedBy weights: some Collection<Double>) -> Int? {
        var total = 0.0
        for weight in weights where weight > 0 { total += weight }
        guard total > 0, total.isFinite else { return nil }
        var remaining = uniform() * total
        var last: Int?
        for (index, weight) in weights.enumerated() where weight > 0 {
            last = index
            remaining -= weight
            if remaining < 0 { return index }
        }
        return last
    }
}
