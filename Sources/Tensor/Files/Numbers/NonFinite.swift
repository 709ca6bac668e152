extension UnsafeBufferPointer<Float> {
    /// Where the first NaN or infinity is.
    ///
    /// - Complexity: O(count).
    package func firstNonFiniteIndex() -> Int? {
        let tileSize = 1 << 16
        nonisolated(unsafe) let elements = self
        let found = parallelMap((0..<count).tileCount(size: tileSize)) { tile -> Int? in
            let range = (0..<elements.count).tile(tile, size: tileSize)
            // A sum of flags without a branch, which the compiler turns into vector code; the place is looked for only
            // where there is one.
            var count: UInt32 = 0
            for index in range { count &+= elements[index].bitPattern & 0x7F80_0000 == 0x7F80_0000 ? 1 : 0 }
            return count == 0 ? nil : range.first { !elements[$0].isFinite }
        }
        return found.lazy.compactMap { $0 }.first
    }
}
