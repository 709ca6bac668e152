/// WordPiece: the longest token that a word begins with, then the longest that the rest continues with, and so on.
///
/// One pass over the word's bytes finds them. The tokens are a tree; where the word leaves the tree, a node's link says
/// which tokens are certain by then and at which node among the continuing tokens the walk goes on.
///
/// - Reference: Song et al. (2021), Fast WordPiece Tokenization, algorithms 1 and 2.
struct WordPieceModel: Sendable {
    let table: TokenTable
    let unknownID: Int32
    /// The most characters of a word that is looked at; longer ones are unknown.
    let longestWord: Int

    private let prefixLength: Int
    private let links: WordPieceLinks

    /// - Parameter prefix: what continuing tokens begin with in the vocabulary.
    init(table: TokenTable, unknownID: Int32, prefix: String, longestWord: Int) {
        self.table = table
        self.unknownID = unknownID
        self.longestWord = longestWord
        prefixLength = prefix.utf8.count
        links = WordPieceLinks(table, prefix: Array(prefix.utf8))
    }

    /// - Complexity: O(word).
    func tokenize(_ word: UnsafeBufferPointer<UInt8>, _ sink: inout some TokenSink, _ scratch: inout WordPieceScratch) {
        guard !word.isEmpty else { return }
        if word.count > longestWord, word.scalarCount > longestWord || longestWord < 0 {
            return sink.append(unknownID, 0, word.count)
        }
        // Whole words are the most frequent.
        if let index = table.index(of: word) { return sink.append(table.ids[index], 0, word.count) }
        guard links.match(word, &scratch) else { return sink.append(unknownID, 0, word.count) }
        var start = 0
        for index in scratch.found {
            let end = start + table.length(at: Int(index)) - (start > 0 ? prefixLength : 0)
            sink.append(table.ids[Int(index)], start, end)
            start = end
        }
    }
}

/// Working memory for words, kept from one to the next.
struct WordPieceScratch {
    /// Indices of the tokens found.
    fileprivate(set) var found: [Int32] = []
    fileprivate var pending: [Int32] = []
}

extension UnsafeBufferPointer<UInt8> {
    /// How many Unicode scalars the UTF-8 text has.
    var scalarCount: Int {
        var result = 0
        for byte in self where byte & 0xC0 != 0x80 { result += 1 }
        return result
    }
}

/// The tree of tokens with its links.
struct WordPieceLinks: Sendable {
    /// First tokens from the root on, continuing ones without their prefix from ``continuation`` on. The numbers are
    /// indices in the vocabulary.
    private let trie: ByteTrie
    private let continuation: Int32
    /// Where to go on where the word leaves the tree; −1 where nothing can be done.
    private var links: [Int32]
    /// Which tokens are certain then: one, by its index, or a pair of such, or ``none``.
    private var certain: [Int32]
    /// Lists of tokens are pairs of shorter ones, which they share: so they take no more room than the vocabulary.
    private var pairs: [(first: Int32, second: Int32)] = []

    private static let none = Int32.max

    init(_ table: TokenTable, prefix: [UInt8]) {
        var trie = ByteTrie(expecting: table.byteCount / 2)
        // Continuing tokens hang at a byte that UTF-8 does not have, away from first tokens that begin with the prefix.
        let continuation = trie.makeChild(ByteTrie.root, 0xFF)
        for index in 0..<table.count {
            table.withToken(at: index) { token in
                if !token.isEmpty { trie.insert(token, value: Int32(index)) }
                if token.count > prefix.count, token.starts(with: prefix) {
                    let rest = UnsafeBufferPointer(rebasing: token[prefix.count...])
                    trie.insert(rest, value: Int32(index), below: continuation)
                }
            }
        }
        self.trie = trie
        self.continuation = continuation
        links = [Int32](repeating: -1, count: trie.nodeCount)
        certain = [Int32](repeating: Self.none, count: trie.nodeCount)
        makeLinks()
    }

    /// Links by the length of what leads to a node, since each looks at those of shorter ones.
    private mutating func makeLinks() {
        for (node, byte, parent) in trie.nodesByDepth(below: [ByteTrie.root, continuation]) {
            if trie.values[Int(node)] >= 0 {
                links[Int(node)] = continuation
                certain[Int(node)] = trie.values[Int(node)]
                continue
            }
            var place = links[Int(parent)]
            var tokens = certain[Int(parent)]
            while place >= 0 {
                let next = trie.child(place, byte)
                if next != 0 {
                    links[Int(node)] = next
                    certain[Int(node)] = tokens
                    break
                }
                tokens = join(tokens, certain[Int(place)])
                place = links[Int(place)]
            }
        }
    }

    private mutating func join(_ first: Int32, _ second: Int32) -> Int32 {
        if first == Self.none { return second }
        if second == Self.none { return first }
        pairs.append((first, second))
        return -Int32(pairs.count)
    }

    /// Finds the tokens of a word; `false` where it has none.
    func match(_ word: UnsafeBufferPointer<UInt8>, _ scratch: inout WordPieceScratch) -> Bool {
        scratch.found.removeAll(keepingCapacity: true)
        var node = ByteTrie.root
        for byte in word {
            var next = trie.child(node, byte)
            while next == 0 {
                guard links[Int(node)] >= 0 else { return false }
                emit(certain[Int(node)], &scratch)
                node = links[Int(node)]
                next = trie.child(node, byte)
            }
            node = next
        }
        while node != continuation {
            guard links[Int(node)] >= 0 else { return false }
            emit(certain[Int(node)], &scratch)
            node = links[Int(node)]
        }
        return true
    }

    private func emit(_ list: Int32, _ scratch: inout WordPieceScratch) {
        if list == Self.none { return }
        if list >= 0 { return scratch.found.append(list) }
        scratch.pending.append(list)
        while let next = scratch.pending.popLast() {
            if next >= 0 {
                scratch.found.append(next)
            } else {
                let pair = pairs[Int(-next) - 1]
                scratch.pending.append(pair.second)
                scratch.pending.append(pair.first)
            }
        }
    }
}
