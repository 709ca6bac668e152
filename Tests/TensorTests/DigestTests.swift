import CKernels
import Foundation
import Tensor
import Testing
import _TestSupport

@Suite("Digests", .serialized)
struct DigestTests {
    /// The examples of the standard, and what Python's hashlib answers.
    static let cases: [(bytes: [UInt8], sha1: String, sha256: String)] = [
        (
            [], "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        ),
        (
            Array("abc".utf8), "a9993e364706816aba3e25717850c26c9cd0d89d",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        ),
        (
            Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]

    /// Hex digits of SHA-256 of bytes 0, 1, …, n − 1 (mod 251) for n from 0 to 300, joined and digested once more.
    static let ofAllLengths = "b80fadb149bc8cb5eeb5c5cb543942b4b72871d6b176e21baa5c60f6198e4122"
    static let ofAllLengthsSHA1 = "2049d95baa542a41328f1b40829c3b35949e74e4a52b1d058b85a99818672b21"

    @Test("The standard's examples", arguments: cases.indices)
    func examples(index: Int) {
        let example = Self.cases[index]
        var (first, second) = (SHA1(), SHA256())
        first.update(example.bytes)
        second.update(example.bytes)
        #expect(first.hexadecimal == example.sha1)
        #expect(second.hexadecimal == example.sha256)
    }

    @Test("Every length around the ends of blocks, as hashlib has them, with and without the processor's instructions")
    func lengths() {
        let level = kindred_simd_level()
        defer { _ = kindred_simd_choose(level) }
        for chosen in [Int32(KINDRED_SIMD_SCALAR), level] {
            _ = kindred_simd_choose(chosen)
            var (all, allSHA1) = (SHA256(), SHA256())
            for length in 0...300 {
                let bytes = (0..<length).map { UInt8($0 % 251) }
                var (digest, sha1) = (SHA256(), SHA1())
                digest.update(bytes)
                sha1.update(bytes)
                all.update(Array(digest.hexadecimal.utf8))
                allSHA1.update(Array(sha1.hexadecimal.utf8))
            }
            #expect(all.hexadecimal == Self.ofAllLengths)
            #expect(allSHA1.hexadecimal == Self.ofAllLengthsSHA1)
        }
    }

    @Test("Bytes may come in any pieces, and a digest may be asked for between", arguments: 0..<20 as Range<UInt64>)
    func pieces(seed: UInt64) {
        var random = RandomSource(seed: seed, stage: "pieces")
        let bytes = (0..<random.integer(below: 3000)).map { _ in UInt8(random.integer(below: 256)) }
        var (whole, parts, sha1, sha1Parts) = (SHA256(), SHA256(), SHA1(), SHA1())
        whole.update(bytes)
        sha1.update(bytes)
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(1 + random.integer(below: 200)))
            parts.update(piece)
            sha1Parts.update(piece)
            _ = parts.bytes
            rest = rest.dropFirst(piece.count)
        }
        #expect(parts.hexadecimal == whole.hexadecimal)
        #expect(sha1Parts.hexadecimal == sha1.hexadecimal)
    }
}
