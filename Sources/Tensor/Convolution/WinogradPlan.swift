/// Which method is the fastest for a layer, by measured costs. The number of pictures plays no part: a picture's result
/// must not depend on it.
struct WinogradPlan {
    let inputChannels: Int
    let outputChannels: Int

    /// Whether there are enough channels at all: transforms cost the same for few as for a whole vector of them.
    private var isWide: Bool { inputChannels >= 16 && outputChannels >= 8 }

    /// The tile to prepare for; `nil` when the definition is faster. For unknown pictures that of large ones.
    func tile(for output: Extent2D?) -> Int? {
        guard isWide else { return nil }
        guard let output else { return 4 }
        let best = cost(tile: 4, output) <= cost(tile: 2, output) ? 4 : 2
        return pays(tile: best, for: output) ? best : nil
    }

    /// Whether the method is faster than the definition for pictures of this size.
    func pays(tile: Int, for output: Extent2D) -> Bool {
        // Gathering makes the definition's products a tenth slower.
        cost(tile: tile, output) < 1.1 * cost(multiplications: 9, times: output.area)
    }

    private func cost(tile: Int, _ output: Extent2D) -> Double {
        let tiles = (0..<output.height).tileCount(size: tile) * (0..<output.width).tileCount(size: tile)
        return cost(multiplications: (tile + 2) * (tile + 2), times: tiles)
    }

    /// In multiplications for each pair of channels. Weights must be read once, which takes as long as using them 3
    /// times when the cache holds them, and 15 times when they come from memory.
    private func cost(multiplications: Int, times: Int) -> Double {
        let bytes = multiplications * inputChannels * outputChannels * MemoryLayout<Float>.stride
        return Double(multiplications * (times + (bytes > 12 << 20 ? 15 : 3)))
    }
}
