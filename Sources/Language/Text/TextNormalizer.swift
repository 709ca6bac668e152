private import CICU

/// Makes spellings that mean the same equal.
///
/// By default case and compatibility forms are folded (Unicode's NFKC_Casefold): `Ｓnow`, `SNOW` and `ſnow` all become
/// `snow`, half-width `ｶﾞ` becomes `ガ`, `ﬁ` becomes `fi`, and invisible characters such as soft hyphens vanish. The
/// result is always composed (NFC), so that equal text is equal byte by byte.
///
/// ```swift
/// TextNormalizer().normalized("ＡＢＣ Straße")                       // "abc strasse"
/// TextNormalizer(stripsAccents: true).normalized("Crème brûlée")   // "creme brulee"
/// ```
///
/// - Reference: Unicode Standard Annex #15, Unicode Normalization Forms.
public struct TextNormalizer: Sendable, Hashable {
    /// Whether upper and lower case become the same.
    public var foldsCase: Bool
    /// Whether widths, ligatures, circled and styled letters become plain ones.
    public var foldsCompatibility: Bool
    /// Whether combining diacritical marks of Latin, Greek and Cyrillic letters are dropped. Letters that are no
    /// combinations (ø, ł) stay, and so do the marks of other scripts, which carry vowels and tones.
    public var stripsAccents: Bool

    /// A normalizer that by default folds case and compatibility forms and keeps accents.
    public init(foldsCase: Bool = true, foldsCompatibility: Bool = true, stripsAccents: Bool = false) {
        self.foldsCase = foldsCase
        self.foldsCompatibility = foldsCompatibility
        self.stripsAccents = stripsAccents
    }

    /// The normalized form of `text`.
    ///
    /// - Complexity: O(text.utf8.count).
    public func normalized(_ text: String) -> String {
        text.withContiguousUTF8 { utf8 in
            let windows = utf8.windows(of: 1 << 28)
            if windows.count <= 1 { return normalized(utf8, in: 0..<utf8.count) }
            return windows.map { normalized(utf8, in: $0) }.joined()
        }
    }

    /// The normalized form of the bytes in `range`, at most 2²⁸.
    func normalized(_ utf8: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> String {
        switch Self.kind(of: utf8, in: range) {
        case .plain: return utf8.text(in: range)
        case .capitals:
            guard foldsCase else { return utf8.text(in: range) }
            return String(unsafeUninitializedCapacity: range.count) { target in
                for (index, byte) in utf8[range].enumerated() {
                    target.initializeElement(at: index, to: byte &- 0x41 < 26 ? byte | 0x20 : byte)
                }
                return range.count
            }
        case .other: return normalizedByICU(utf8, in: range) ?? utf8.text(in: range)
        }
    }

    private enum Kind { case plain, capitals, other }

    /// Finds the text that needs no tables: ASCII, and the ideographs U+4000–U+9FFF (lead bytes E4–E9), which have
    /// neither case nor compatibility forms nor accents.
    private static func kind(of utf8: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> Kind {
        var hasCapitals = false
        for byte in utf8[range] {
            if byte >= 0xC0 && !(0xE4...0xE9).contains(byte) { return .other }
            hasCapitals = hasCapitals || byte &- 0x41 < 26
        }
        return hasCapitals ? .capitals : .plain
    }

    private func normalizedByICU(_ utf8: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> String? {
        guard let base = utf8.baseAddress else { return nil }
        var options: UInt32 = 0
        if foldsCase { options |= UInt32(CICU_FOLD_CASE) }
        if foldsCompatibility { options |= UInt32(CICU_FOLD_COMPATIBILITY) }
        if stripsAccents { options |= UInt32(CICU_STRIP_ACCENTS) }
        return (base + range.lowerBound).withMemoryRebound(to: CChar.self, capacity: range.count) { source in
            func write(_ target: UnsafeMutableBufferPointer<UInt8>) -> Int {
                guard let start = target.baseAddress else { return -1 }
                return start.withMemoryRebound(to: CChar.self, capacity: target.count) {
                    Int(cicu_normalize(source, Int64(range.count), options, $0, Int64(target.count)))
                }
            }
            // Most results are no longer than their source; the second attempt has the length that the first asked for.
            var needed = range.count
            for _ in 0..<2 {
                let capacity = max(64, needed)
                var failed = false
                let result = String(unsafeUninitializedCapacity: capacity) { target in
                    needed = write(target)
                    failed = needed < 0 || needed > target.count
                    return failed ? 0 : needed
                }
                if !failed { return result }
                if needed < 0 { return nil }
            }
            return nil
        }
    }
}
