import FuzzDriver

@testable import Language
@testable import Tensor

// SwiftPM calls the entry point of a program by its module's name.
@_cdecl("LanguageFuzz_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    Parallelism.threadCount = 1
    return runFuzzer(["tokenizer": fuzzTokenizer, "pieces": fuzzPieces], count, arguments)
}

/// Texts with something for every component: scripts, marks, spaces, special tokens, and nothing.
private let texts = [
    "", "The cafe\u{301} isn't  open, [MASK]<s> 1234 \t\n", "日本語 한국어 \u{1112}\u{1161}\u{11AB} हिन्दी ＡＢＣ ﬁ\u{200D}",
    String(repeating: "ab", count: 120),
]

/// A tokenizer that is read must answer, whatever is in its file.
@Sendable private func fuzzTokenizer(_ bytes: UnsafeRawBufferPointer) {
    guard let description = try? TokenizerDescription(json: FileBytes(Array(bytes), path: "fuzz")) else { return }
    exercise(description)
}

/// As ``fuzzTokenizer(_:)`` for SentencePiece's own files: as it runs them itself, and as each class does.
@Sendable private func fuzzPieces(_ bytes: UnsafeRawBufferPointer) {
    guard let file = try? SentencePieceFile(FileBytes(Array(bytes), path: "fuzz")) else { return }
    if let description = try? TokenizerDescription(sentencePiece: file) { exercise(description) }
    // A directory without files says nothing.
    guard let configuration = try? TokenizerConfiguration(TokenizerDirectory("/nowhere")) else { return }
    for family in SentencePieceFamily.allCases {
        if let description = try? TokenizerDescription(sentencePiece: file, configuration, family) {
            exercise(description)
        }
    }
}

private func exercise(_ description: TokenizerDescription) {
    var tokenizer = Tokenizer(description)
    tokenizer.maximumLength = tokenizer.maximumLength.map { min($0, 1000) }
    let encodings = texts.map { tokenizer.encode($0) }
    for (text, encoding) in zip(texts, encodings) {
        let count = encoding.ids.count
        check(encoding.offsets.count == count && encoding.typeIDs.count == count, "columns differ")
        check(encoding.specialTokensMask.count == count && encoding.attentionMask.count == count, "masks differ")
        check(encoding.utf8Offsets(in: text).allSatisfy { $0.upperBound <= text.utf8.count }, "offsets lie outside")
    }
    _ = tokenizer.encode(texts[1], texts[2])
    guard let batch = try? tokenizer.batch(texts) else { preconditionFailure("a batch was given up") }
    for (index, encoding) in encodings.enumerated() {
        check(batch[index].elementsEqual(encoding.ids), "the shorter way gives other ids")
    }
    for id in Int32(0)..<8 {
        if let token = tokenizer.token(of: id) { _ = tokenizer.id(of: token) }
    }
}
