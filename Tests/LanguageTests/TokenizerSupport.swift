import Foundation
import Language
import Tensor
import _TestSupport

/// The lines that tokenizers are compared on, made as `Scripts/references/tokenization_corpus.py` makes them.
struct TokenizerCorpus: Decodable {
    let seed: UInt64
    let lines: Int
    let fingerprint: String
    let joints: [String]
    let kinds: [Kind]

    struct Kind: Decodable {
        let weight: Int
        let fragments: [String]
    }

    static let shared = Result { try golden("tokenizer-corpus", as: TokenizerCorpus.self) }

    static func texts() throws -> [String] { try cached.get() }

    private static let cached = Result { try shared.get().makeTexts() }

    private func makeTexts() -> [String] {
        let weighted = kinds.flatMap { Array(repeating: $0.fragments, count: $0.weight) }
        return (0..<lines).map { line($0, weighted) }
    }

    private func line(_ index: Int, _ kinds: [[String]]) -> String {
        var numbers = SplitMix(state: seed &+ UInt64(index))
        if numbers.below(100) == 0 { return "" }
        // Scalars, because Swift's characters would not be appended one by one.
        var result = String.UnicodeScalarView()
        func fragment() -> String.UnicodeScalarView {
            let fragments = kinds[numbers.below(kinds.count)]
            return fragments[numbers.below(fragments.count)].unicodeScalars
        }
        for _ in 0..<1 + numbers.below(14) {
            let chance = numbers.below(200)
            if chance == 0 {
                let fragment = fragment()
                for _ in 0..<2 + numbers.below(60) { result.append(contentsOf: fragment) }
            } else if chance < 6 {
                let code = chance < 4 ? numbers.below(0x32000) : 0xE0000 + numbers.below(0x30000)
                result.append(Unicode.Scalar(UInt32(code)) ?? "\u{FFFD}")
            } else {
                result.append(contentsOf: fragment())
            }
            result.append(contentsOf: joints[numbers.below(joints.count)].unicodeScalars)
        }
        return String(result)
    }
}

/// The numbers of the reference script.
struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return Int(((z ^ z >> 31) >> 16) % UInt64(bound))
    }
}

/// What the reference made of the lines, in blocks.
struct TokenizerGoldens: Decodable {
    let block: Int
    let pairs: Int
    let kinds: [String: Kind]

    struct Kind: Decodable {
        let size: Int
        let single: [String]
        let pair: [String]
    }
}

/// FNV-1a, as the reference script computes it.
struct Fingerprint {
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ number: some BinaryInteger) { hash = (hash ^ UInt64(number)) &* 0x100_0000_01B3 }

    var text: String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func of(_ bytes: some Sequence<UInt8>) -> String {
        var result = Fingerprint()
        for byte in bytes { result.add(byte) }
        return result.text
    }

    static func of(_ encodings: some Sequence<Encoding>) -> String {
        var result = Fingerprint()
        for encoding in encodings {
            result.add(encoding.ids.count)
            for id in encoding.ids { result.add(id) }
            for range in encoding.offsets { result.add(range.lowerBound) }
            for range in encoding.offsets { result.add(range.upperBound) }
            for typeID in encoding.typeIDs { result.add(typeID) }
            for isSpecial in encoding.specialTokensMask { result.add(isSpecial ? 1 : 0) }
        }
        return result.text
    }
}

/// The path of a small tokenizer.
func tokenizerPath(_ name: String) -> String { goldens().appendingPathComponent("tokenizers/\(name).json").path }

/// What an error says; empty where there is none.
func errorMessage(_ body: () throws -> Tokenizer) -> String {
    do {
        _ = try body()
        return ""
    } catch { return "\(error)" }
}
