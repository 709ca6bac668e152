/// A part of a text that refers to something else: a web or mail address, a user, a tag.
struct SocialReference: Equatable {
    enum Kind { case link, mention, hashtag }
    /// The bytes of the reference in UTF-8 text.
    let range: Range<Int>
    let kind: Kind

    /// All references in `utf8`, in order, without overlap.
    ///
    /// A web address starts with `scheme://` or `www.` and ends before the next space, quote, angle bracket or
    /// character beyond ASCII (in Chinese, text follows without a space). A mail address has a name, an `@` and a
    /// domain. A mention or hashtag is `@` or `#` and what letters, digits and underscores follow, where no such
    /// character stands before it.
    ///
    /// - Complexity: O(utf8.count).
    static func all(in utf8: UnsafeBufferPointer<UInt8>) -> [SocialReference] {
        var result: [SocialReference] = []
        var position = 0
        while position < utf8.count {
            let floor = result.last?.range.upperBound ?? 0
            if let found = reference(at: position, in: utf8, after: floor) {
                result.append(found)
                position = found.range.upperBound
            } else {
                position += 1
            }
        }
        return result
    }

    private static func reference(
        at position: Int, in utf8: UnsafeBufferPointer<UInt8>, after floor: Int
    ) -> SocialReference? {
        switch utf8[position] {
        case UInt8(ascii: ":"):
            guard utf8.matches("://", at: position) else { return nil }
            let start = utf8.extend(backFrom: position, to: floor) { $0.isASCIILetter }
            return start < position
                ? SocialReference(range: start..<linkEnd(from: position, in: utf8), kind: .link) : nil
        case UInt8(ascii: "w"), UInt8(ascii: "W"):
            guard utf8.matches("www.", at: position), !followsName(position, in: utf8) else { return nil }
            return SocialReference(range: position..<linkEnd(from: position, in: utf8), kind: .link)
        case UInt8(ascii: "@"):
            return mailAddress(around: position, in: utf8, after: floor) ?? name(at: position, 1, .mention, in: utf8)
        case UInt8(ascii: "#"):
            return name(at: position, 1, .hashtag, in: utf8)
        case 0xEF where utf8.matches("＠", at: position):
            return name(at: position, 3, .mention, in: utf8)
        case 0xEF where utf8.matches("＃", at: position):
            return name(at: position, 3, .hashtag, in: utf8)
        default:
            return nil
        }
    }

    private static func linkEnd(from position: Int, in utf8: UnsafeBufferPointer<UInt8>) -> Int {
        utf8.extend(from: position) { byte in
            byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "<")
                && byte != UInt8(ascii: ">")
        }
    }

    private static func mailAddress(
        around position: Int, in utf8: UnsafeBufferPointer<UInt8>, after floor: Int
    ) -> SocialReference? {
        func isPart(_ byte: UInt8) -> Bool {
            byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "+")
        }
        let start = utf8.extend(backFrom: position, to: floor, while: isPart)
        let end = utf8.extend(from: position + 1, while: isPart)
        return start < position && end > position + 1 ? SocialReference(range: start..<end, kind: .link) : nil
    }

    private static func name(
        at position: Int, _ length: Int, _ kind: Kind, in utf8: UnsafeBufferPointer<UInt8>
    ) -> SocialReference? {
        guard !followsName(position, in: utf8) else { return nil }
        var end = position + length
        while end < utf8.count {
            let (scalar, length) = utf8.scalar(at: end)
            guard scalar.isNamePart else { break }
            end += length
        }
        return end > position + length ? SocialReference(range: position..<end, kind: kind) : nil
    }

    /// Whether an ASCII letter, digit or underscore stands before `position`. Ideographs may: no space parts them
    /// from what follows.
    private static func followsName(_ position: Int, in utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        guard position > 0 else { return false }
        let byte = utf8[position - 1]
        return byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "_")
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether `text` stands at `position`; `text` is lower case, the case of ASCII letters is ignored.
    fileprivate func matches(_ text: StaticString, at position: Int) -> Bool {
        guard position + text.utf8CodeUnitCount <= count else { return false }
        return text.withUTF8Buffer { wanted in
            wanted.indices.allSatisfy { index in
                let byte = self[position + index]
                return (byte.isASCIILetter ? byte | 0x20 : byte) == wanted[index]
            }
        }
    }

    fileprivate func extend(from start: Int, while condition: (UInt8) -> Bool) -> Int {
        var end = start
        while end < count && condition(self[end]) { end += 1 }
        return end
    }

    fileprivate func extend(backFrom end: Int, to floor: Int, while condition: (UInt8) -> Bool) -> Int {
        var start = end
        while start > floor && condition(self[start - 1]) { start -= 1 }
        return start
    }
}
