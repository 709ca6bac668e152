/// The names of emoji as words, so that a picture in a text counts as what it shows.
///
/// Names are Unicode's, in lower case. Skin tones and variation selectors are left out, the parts of a joined emoji
/// follow each other, a flag is `flag` and its region, a key is `keycap` and what stands on it.
///
/// ```swift
/// EmojiNames.replacing(in: "I ❤️ 🏔️")   // "I heavy black heart snow capped mountain"
/// EmojiNames.name(of: "🇫🇷")            // "flag fr"
/// ```
public enum EmojiNames {
    /// The name of the emoji or sequence of emoji `emoji`; empty when it holds nothing that has a name.
    ///
    /// - Complexity: O(emoji.utf8.count).
    public static func name(of emoji: String) -> String {
        var words: [String] = []
        var region = ""
        let scalars = Array(emoji.unicodeScalars.filter { !Emoji.changesLook($0) && $0 != Emoji.joiner })
        func closeRegion() {
            if !region.isEmpty { words.append("flag \(region)") }
            region = ""
        }
        for (index, scalar) in scalars.enumerated() {
            if let letter = regionLetter(scalar) {
                region.unicodeScalars.append(letter)
                if region.count == 2 { closeRegion() }
                continue
            }
            if Emoji.tags.contains(scalar) {
                region.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value & 0x7F)))
                continue
            }
            closeRegion()
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            if scalar == Emoji.lastTag || scalar == Emoji.keycap || next.map(Emoji.tags.contains) == true { continue }
            if next == Emoji.keycap {
                words.append("keycap \(scalar)")
            } else if let name = scalar.properties.name {
                words.append(String(name.lowercased().map { $0 == "-" ? " " : $0 }))
            }
        }
        closeRegion()
        return words.joined(separator: " ")
    }

    private static func regionLetter(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        guard Emoji.regionalIndicators.contains(scalar) else { return nil }
        return Unicode.Scalar(UInt8(scalar.value - 0x1F1E6 + 0x61))
    }

    /// `text` with each emoji replaced by its name, set off by spaces.
    ///
    /// - Complexity: O(text.utf8.count).
    public static func replacing(in text: String) -> String {
        var result = ""
        text.withContiguousUTF8 { utf8 in
            var copied = 0
            WordBreaker().forEachSegment(of: utf8) { segment, _ in
                guard Emoji.isEmoji(utf8, in: segment) || Emoji.isKeycap(utf8, in: segment) else { return }
                result += utf8.text(in: copied..<segment.lowerBound)
                if let last = result.unicodeScalars.last, !last.properties.isWhitespace { result += " " }
                result += name(of: utf8.text(in: segment))
                copied = segment.upperBound
                if copied < utf8.count, !utf8.scalar(at: copied).scalar.properties.isWhitespace { result += " " }
            }
            result += utf8.text(in: copied..<utf8.count)
        }
        return result
    }
}
