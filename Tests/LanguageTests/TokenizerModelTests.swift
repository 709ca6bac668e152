import Foundation
import Language
import Tensor
import Testing
import _TestSupport

/// Models against the plainest way to say what they do.
struct TokenizerModelTests {
    /// A tokenizer of a single model, without anything before or after it.
    private func tokenizer(_ model: [String: Any], preTokenizer: [String: Any]? = nil) throws -> Tokenizer {
        try withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("tokenizer.json")
            var content: [String: Any] = ["version": "1.0", "model": model]
            if let preTokenizer { content["pre_tokenizer"] = preTokenizer }
            try JSONSerialization.data(withJSONObject: content).write(to: file)
            return try Tokenizer(json: file.path)
        }
    }

    private func randomText(_ numbers: inout SplitMix, _ letters: [String], upTo count: Int) -> String {
        (0..<numbers.below(count + 1)).map { _ in letters[numbers.below(letters.count)] }.joined()
    }

    // MARK: WordPiece

    /// The longest token first, by trying.
    private func plainWordPieces(_ text: String, _ vocabulary: [String: Int], unknown: Int) -> [Int32] {
        let scalars = Array(text.unicodeScalars)
        var result: [Int32] = []
        var start = 0
        while start < scalars.count {
            func id(_ end: Int) -> Int? {
                var piece = String.UnicodeScalarView()
                if start > 0 { piece.append(contentsOf: "##".unicodeScalars) }
                piece.append(contentsOf: scalars[start..<end])
                return vocabulary[String(piece)]
            }
            guard let end = stride(from: scalars.count, to: start, by: -1).first(where: { id($0) != nil }),
                let id = id(end)
            else { return [Int32(unknown)] }
            result.append(Int32(id))
            start = end
        }
        return result
    }

    @Test(arguments: 0..<20)
    func `Words fall into the longest tokens`(seed: Int) throws {
        var numbers = SplitMix(state: UInt64(seed))
        let letters = seed % 2 == 0 ? ["a", "b"] : ["a", "é", "日", "#"]
        var vocabulary = ["[UNK]": 0]
        for _ in 0..<5 + numbers.below(30) {
            let token = randomText(&numbers, letters, upTo: 7)
            if !token.isEmpty { vocabulary[numbers.below(2) == 0 ? token : "##" + token] = vocabulary.count }
        }
        let tokenizer = try tokenizer([
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 1000,
            "vocab": vocabulary,
        ])
        for _ in 0..<300 {
            let text = randomText(&numbers, letters, upTo: 16)
            let encoding = tokenizer.encode(text)
            #expect(encoding.ids == plainWordPieces(text, vocabulary, unknown: 0), "\(text) \(vocabulary)")
            // Known words are covered from the first scalar to the last.
            if !text.isEmpty { #expect(encoding.offsets.first?.lowerBound == 0) }
            #expect(zip(encoding.offsets, encoding.offsets.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
            #expect(encoding.offsets.last?.upperBound ?? 0 == text.unicodeScalars.count)
        }
    }

    @Test func `Words of more than so many characters are unknown`() throws {
        let tokenizer = try tokenizer([
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 3,
            "vocab": ["[UNK]": 0, "日": 1, "##日": 2],
        ])
        #expect(tokenizer.encode("日日日").ids == [1, 2, 2])
        #expect(tokenizer.encode("日日日日").ids == [0])
    }

    // MARK: Byte pair encoding

    /// Merges the pair of the lowest rank, the leftmost of equal ones, until there is none.
    private func plainPairs(_ text: String, _ vocabulary: [String: Int], _ merges: [[String]]) -> [Int32] {
        var symbols = text.unicodeScalars.map { String($0) }
        while true {
            let ranked = symbols.indices.dropLast().compactMap { index in
                merges.lastIndex(of: [symbols[index], symbols[index + 1]]).map { (rank: $0, index: index) }
            }
            guard let best = ranked.min(by: { ($0.rank, $0.index) < ($1.rank, $1.index) }) else { break }
            symbols.replaceSubrange(best.index...best.index + 1, with: [symbols[best.index] + symbols[best.index + 1]])
        }
        return symbols.compactMap { vocabulary[$0].map { Int32($0) } }
    }

    @Test(arguments: 0..<12)
    func `Characters merge in the order of the ranks, in short words and in long ones`(seed: Int) throws {
        var numbers = SplitMix(state: UInt64(100 + seed))
        let letters = ["a", "b", "c"]
        var tokens = letters
        var merges: [[String]] = []
        for _ in 0..<12 {
            let pair = [tokens[numbers.below(tokens.count)], tokens[numbers.below(tokens.count)]]
            guard pair.joined().count <= 9, !merges.contains(pair) else { continue }
            merges.append(pair)
            if !tokens.contains(pair.joined()) { tokens.append(pair.joined()) }
        }
        // Ranks that do not follow the order in which tokens came to be.
        if seed % 3 == 0 { merges.reverse() }
        let vocabulary = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) })
        let tokenizer = try tokenizer(["type": "BPE", "vocab": vocabulary, "merges": merges])
        for length in [3, 10, 47, 48, 49, 50, 120] {
            for _ in 0..<10 {
                let text = randomText(&numbers, letters, upTo: length)
                #expect(tokenizer.encode(text).ids == plainPairs(text, vocabulary, merges), "\(text) \(merges)")
            }
        }
    }

    // MARK: Unigram

    /// The best sum of scores over all ways to cut a text.
    private func bestScore(_ text: [Unicode.Scalar], _ scores: [String: Double]) -> Double {
        let unknown = (scores.values.min() ?? 0) - 10
        var best = [0.0] + [Double](repeating: -.infinity, count: text.count)
        for end in 1..<text.count + 1 {
            for start in 0..<end {
                let piece = String(String.UnicodeScalarView(text[start..<end]))
                if let score = scores[piece] ?? (end - start == 1 ? unknown : nil) {
                    best[end] = max(best[end], best[start] + score)
                }
            }
        }
        return best[text.count]
    }

    @Test(arguments: 0..<12)
    func `The tokens of a word have the highest score of all`(seed: Int) throws {
        var numbers = SplitMix(state: UInt64(200 + seed))
        let letters = ["a", "b", "ç", "z"]
        var scores = ["<unk>": 0.0]
        for _ in 0..<25 {
            let token = randomText(&numbers, Array(letters.dropLast()), upTo: 4)
            if !token.isEmpty { scores[token] = -Double(numbers.below(1000)) / 100 }
        }
        let vocabulary = scores.sorted { $0.key < $1.key }.map { [$0.key, $0.value] as [Any] }
        let unknown = try #require(vocabulary.firstIndex { $0[0] as? String == "<unk>" })
        let tokenizer = try tokenizer(["type": "Unigram", "unk_id": unknown, "vocab": vocabulary])
        let penalty = (scores.values.min() ?? 0) - 10
        for _ in 0..<200 {
            let text = randomText(&numbers, letters, upTo: 12)
            let encoding = tokenizer.encode(text)
            let total = zip(encoding.ids, encoding.offsets).reduce(0.0) { sum, token in
                guard Int(token.0) != unknown else { return sum + penalty * Double(token.1.count) }
                return sum + (scores[tokenizer.token(of: token.0) ?? ""] ?? .nan)
            }
            expectClose(total, text.isEmpty ? 0 : bestScore(Array(text.unicodeScalars), scores))
            #expect(encoding.offsets.reduce(0) { $0 + $1.count } == text.unicodeScalars.count)
        }
    }

    // MARK: Expressions

    @Test(arguments: [
        #"\s+"#, #"\s"#, " {2,}", #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#,
        #"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#,
        #"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#,
    ])
    func `Scanners cut texts as their expressions do`(source: String) throws {
        // In a group, an expression is none of those that have scanners.
        let tokenizers = try [source, "(?:\(source))"].map { source in
            try tokenizer(
                ["type": "WordLevel", "unk_token": "?", "vocab": ["?": 0]],
                preTokenizer: ["type": "Split", "pattern": ["Regex": source], "behavior": "Isolated", "invert": false])
        }
        let texts = try TokenizerCorpus.texts()
        let (scanned, searched) = (try tokenizers[0].encode(texts), try tokenizers[1].encode(texts))
        let differing = texts.indices.filter { scanned[$0] != searched[$0] }
        #expect(differing.isEmpty, "\(differing.prefix(3).map { texts[$0] })")
        #expect(scanned.contains { $0.count > 1 })
    }

    @Test(arguments: [
        ("a|ab", "xabx", [1, 1, 2]), ("ab|a", "xabx", [1, 2, 1]), ("a+?", "aaa", [1, 1, 1]),
        ("(?:ab){2}", "ababab", [4, 2]),
        ("(?i:ab)c", "ABcabC", [3, 3]), ("[^a-c]+", "abxyc", [2, 2, 1]), (#"a(?=b)|b(?!a)"#, "abba", [1, 1, 2]),
        ("(a|aa)+b", String(repeating: "a", count: 5000) + "c", [5001]),
    ])
    func `Expressions match what is tried first`(source: String, text: String, lengths: [Int]) throws {
        let tokenizer = try tokenizer(
            ["type": "WordLevel", "unk_token": "?", "vocab": ["?": 0]],
            preTokenizer: ["type": "Split", "pattern": ["Regex": source], "behavior": "Isolated", "invert": false])
        #expect(tokenizer.encode(text).offsets.map(\.count) == lengths)
    }
}
