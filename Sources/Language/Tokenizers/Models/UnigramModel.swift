/// Unigram: of all ways to cut a word into tokens the one with the highest sum of scores.
///
/// - Reference: Kudo (2018), Subword Regularization, section 3.2.
struct UnigramModel: Sendable {
    /// Ids are the tokens' places in the file.
    let table: TokenTable
    private let scores: [Double]
    private let unknownID: Int32
    private let unknownScore: Double
    /// The tokens of single bytes, which stand for unknown characters; empty where they are not used.
    private let byteTokens: [Int32]
    private let trie: ByteTrie
    /// Whether texts are cut as SentencePiece itself does it, down to how sums are rounded.
    private let isNative: Bool
    /// What sums begin with.
    private var firstSum = 0.0

    /// The longest token that a vocabulary may have, in bytes: it bounds the work for a character of a text.
    static let longestToken = 1024

    /// What is known only where a model is read from SentencePiece's own file, and run as SentencePiece itself does.
    struct Native {
        /// Whether each token may stand in a text.
        var isMatched: [Bool]
        var unknownScore: Double
    }

    /// How much worse what is unknown is than any token.
    static let unknownPenalty: Float = 10

    /// - Parameter scores: one for each id.
    init(
        table: TokenTable, scores: [Double], unknownID: Int32, fallsBackToBytes: Bool, native: Native? = nil
    ) {
        self.table = table
        self.scores = scores
        self.unknownID = unknownID
        unknownScore = native?.unknownScore ?? (scores.min() ?? 0) - Double(Self.unknownPenalty)
        isNative = native != nil
        byteTokens = fallsBackToBytes ? table.byteTokens() : []
        var trie = ByteTrie(expecting: table.byteCount / 2)
        for index in 0..<table.count where native?.isMatched[index] ?? true {
            table.withToken(at: index) { token in
                if !token.isEmpty { trie.insert(token, value: table.ids[index]) }
            }
        }
        self.trie = trie
    }

    /// - Complexity: O(n) for n bytes, times the length of the longest token.
    func tokenize(_ word: UnsafeBufferPointer<UInt8>, _ sink: inout some TokenSink, _ path: inout UnigramPath) {
        guard !word.isEmpty else { return }
        findBest(word, &path)
        // From the end to the beginning; unknown characters in a row are one token.
        path.pieces.removeAll(keepingCapacity: true)
        var end = word.count
        while end > 0 {
            let step = path.steps[end]
            let start = Int(step.start)
            if step.id == unknownID, let last = path.pieces.last, last.id == unknownID {
                path.pieces[path.pieces.count - 1].start = start
            } else {
                path.pieces.append((step.id, start, end))
            }
            end = start
        }
        for piece in path.pieces.reversed() {
            if piece.id == unknownID {
                emitUnknown(word, piece.start..<piece.end, &sink)
            } else {
                sink.append(piece.id, piece.start, piece.end)
            }
        }
    }

    /// Begins sums as if `word` had come before each text, which decides between equal ones where sums are rounded.
    mutating func begin(after word: [UInt8]) {
        var path = UnigramPath()
        firstSum = word.withUnsafeBufferPointer { word in
            findBest(word, &path)
            return path.steps[word.count].score
        }
    }

    /// Fills in for each position the best way to reach it.
    private func findBest(_ word: UnsafeBufferPointer<UInt8>, _ path: inout UnigramPath) {
        path.start(word.count, firstSum)
        var start = 0
        while start < word.count {
            let score = path.steps[start].score
            let next = start + word.scalar(at: start).length
            var isKnown = false
            var (node, position) = (ByteTrie.root, start)
            while position < word.count {
                node = trie.child(node, word[position])
                if node == 0 { break }
                position += 1
                let id = trie.values[Int(node)]
                guard id >= 0 else { continue }
                path.reach(position, from: start, id, rounded(score + scores[Int(id)]))
                if position == next { isKnown = true }
            }
            if !isKnown { path.reach(next, from: start, unknownID, rounded(score + unknownScore)) }
            start = next
        }
    }

    /// SentencePiece sums in single precision.
    @inline(__always)
    private func rounded(_ sum: Double) -> Double { isNative ? Double(Float(sum)) : sum }

    private func emitUnknown(_ word: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ sink: inout some TokenSink) {
        let bytes = UnsafeBufferPointer(rebasing: word[range])
        if !isNative, let id = table.id(of: bytes) { return sink.append(id, range.lowerBound, range.upperBound) }
        if !byteTokens.isEmpty, bytes.allSatisfy({ byteTokens[Int($0)] >= 0 }) {
            for byte in bytes { sink.append(byteTokens[Int(byte)], range.lowerBound, range.upperBound) }
        } else {
            sink.append(unknownID, range.lowerBound, range.upperBound)
        }
    }
}

/// Working memory for words, kept from one to the next.
struct UnigramPath {
    fileprivate typealias Step = (score: Double, start: Int32, id: Int32)

    /// For each position the best token that ends there; those that none ends at start at −1.
    fileprivate var steps: [Step] = []
    fileprivate var pieces: [(id: Int32, start: Int, end: Int)] = []

    fileprivate mutating func start(_ count: Int, _ firstSum: Double) {
        steps.removeAll(keepingCapacity: true)
        steps.append(contentsOf: repeatElement((firstSum, -1, 0) as Step, count: count + 1))
    }

    @inline(__always)
    fileprivate mutating func reach(_ end: Int, from start: Int, _ id: Int32, _ score: Double) {
        if steps[end].start < 0 || score > steps[end].score {
            steps[end] = (score, Int32(truncatingIfNeeded: start), id)
        }
    }
}
