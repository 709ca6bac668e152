/// Sequences that go through layers together: as many as fill a block of rows, or a longer one alone.
struct SequenceGroups {
    /// The sequences of each group.
    private(set) var ranges: [Range<Int>] = []

    /// - Parameter offsets: where sequences start, and at the end the number of tokens.
    init(offsets: [Int]) {
        var start = 0
        for sequence in 0..<offsets.count - 1 where offsets[sequence + 1] - offsets[start] > RowBlocks.most {
            if sequence > start { ranges.append(start..<sequence) }
            start = sequence
        }
        if start < offsets.count - 1 { ranges.append(start..<offsets.count - 1) }
    }
}
