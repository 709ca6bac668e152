/// Takes the tokens of one word after another.
protocol TokenSink {
    /// A token that covers the bytes `start..<end` of its word.
    mutating func append(_ id: Int32, _ start: Int, _ end: Int)
}

/// Keeps ids and where in the word they are.
struct PlacedTokens: TokenSink {
    var tokens: [(id: Int32, start: Int, end: Int)] = []

    mutating func append(_ id: Int32, _ start: Int, _ end: Int) { tokens.append((id, start, end)) }
}

/// Keeps ids alone.
struct TokenIDs: TokenSink {
    var ids: [Int32] = []

    @inline(__always)
    mutating func append(_ id: Int32, _ start: Int, _ end: Int) { ids.append(id) }
}
