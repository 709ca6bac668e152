/// Takes the text out of HTML.
public enum Markup {
    /// `text` with tags and comments replaced by a space, and character entities by what they stand for.
    ///
    /// A `<` that no letter, `/` or `!` follows, or that is never closed, stays, and so does an entity that is unknown:
    /// text that only looks a little like HTML keeps its words. Known are `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;`,
    /// `&nbsp;` and numbers (`&#8217;`, `&#x1F600;`).
    ///
    /// ```swift
    /// Markup.stripped("<b>Ski</b> &amp; <a href='x'>snow</a>")   // " Ski  &  snow "
    /// ```
    ///
    /// - Complexity: O(text.utf8.count).
    public static func stripped(_ text: String) -> String {
        text.withContiguousUTF8 { utf8 in
            guard utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) else { return text }
            var result = ""
            var copied = 0
            var position = 0
            let lastClosing = utf8.lastIndex(of: UInt8(ascii: ">")) ?? -1
            while position < utf8.count {
                let replaced: (end: Int, by: String)?
                switch utf8[position] {
                case UInt8(ascii: "<") where position < lastClosing:
                    replaced = tagEnd(at: position, in: utf8).map { ($0, " ") }
                case UInt8(ascii: "&"): replaced = entity(at: position, in: utf8)
                default: replaced = nil
                }
                if let replaced {
                    result += utf8.text(in: copied..<position) + replaced.by
                    copied = replaced.end
                    position = copied
                } else {
                    position += 1
                }
            }
            return result + utf8.text(in: copied..<utf8.count)
        }
    }

    private static func tagEnd(at position: Int, in utf8: UnsafeBufferPointer<UInt8>) -> Int? {
        let next = utf8[position + 1]
        guard next.isASCIILetter || next == UInt8(ascii: "/") || next == UInt8(ascii: "!") else { return nil }
        var end = position + 1
        while end < utf8.count && utf8[end] != UInt8(ascii: ">") { end += 1 }
        return end < utf8.count ? end + 1 : nil
    }

    private static func entity(at position: Int, in utf8: UnsafeBufferPointer<UInt8>) -> (end: Int, by: String)? {
        let limit = min(utf8.count, position + 12)
        guard let semicolon = utf8[position..<limit].firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let name = utf8.text(in: position + 1..<semicolon)
        if let known = entities[name] { return (semicolon + 1, known) }
        guard name.hasPrefix("#") else { return nil }
        let isHexadecimal = name.hasPrefix("#x") || name.hasPrefix("#X")
        guard let value = UInt32(name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10),
            let scalar = Unicode.Scalar(value)
        else { return nil }
        return (semicolon + 1, String(Character(scalar)))
    }

    private static let entities = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}",
    ]
}
