/// Recognizes emoji in UTF-8 text that was cut into segments.
enum Emoji {
    /// Whether the segment is one emoji: a scalar that is shown as one, a flag or a joined sequence.
    static func isEmoji(_ utf8: UnsafeBufferPointer<UInt8>, in segment: Range<Int>) -> Bool {
        guard let first = segment.first, utf8[first] >= 0xC2 else { return false }
        let (scalar, length) = utf8.scalar(at: first)
        if regionalIndicators.contains(scalar) || scalar.properties.isEmojiPresentation { return true }
        guard scalar.properties.isEmoji else { return false }
        // Some symbols (©, ↔) are emoji only when a variation selector says so; those from U+2600 on always.
        if scalar.value >= 0x2600 { return true }
        return first + length < segment.upperBound && utf8.scalar(at: first + length).scalar == variationSelector
    }

    /// Whether the segment is a digit, `#` or `*` on a key.
    static func isKeycap(_ utf8: UnsafeBufferPointer<UInt8>, in segment: Range<Int>) -> Bool {
        guard segment.count >= 4, segment.count <= 7, utf8[segment.lowerBound] < 0x80 else { return false }
        let end = segment.upperBound
        return utf8[end - 3] == 0xE2 && utf8[end - 2] == 0x83 && utf8[end - 1] == 0xA3
    }

    /// `text` without what only changes the look of an emoji: variation selectors and skin tones.
    static func plain(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        result.append(contentsOf: text.unicodeScalars.lazy.filter { !changesLook($0) })
        return String(result)
    }

    static func changesLook(_ scalar: Unicode.Scalar) -> Bool {
        scalar == variationSelector || scalar == "\u{FE0E}" || skinTones.contains(scalar)
    }

    static let regionalIndicators: ClosedRange<Unicode.Scalar> = "\u{1F1E6}"..."\u{1F1FF}"
    static let joiner: Unicode.Scalar = "\u{200D}"
    static let keycap: Unicode.Scalar = "\u{20E3}"
    static let tags: ClosedRange<Unicode.Scalar> = "\u{E0020}"..."\u{E007E}"
    static let lastTag: Unicode.Scalar = "\u{E007F}"
    private static let variationSelector: Unicode.Scalar = "\u{FE0F}"
    private static let skinTones: ClosedRange<Unicode.Scalar> = "\u{1F3FB}"..."\u{1F3FF}"
}
