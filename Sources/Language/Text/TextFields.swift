/// Joins the fields of a post – title, tags, body – into one text.
///
/// ```swift
/// TextFields.titleTagsBody.joined(["Dawn", "#snow,hike", ""])
/// // "Dawn\nDawn\nsnow, hike"    (the title counts twice, the empty body is skipped)
/// ```
public struct TextFields: Sendable, Hashable {
    /// What a field holds.
    public enum Form: Sendable, Hashable {
        /// Running text, taken as it is.
        case text
        /// Tags, parted by `,` `;` `、` `#`, line ends and, when `splitsOnSpaces`, spaces. They are joined by `, ` so
        /// that no phrase reaches from one into the next.
        case tags(splitsOnSpaces: Bool)
    }

    /// One field.
    public struct Field: Sendable, Hashable {
        /// What the field holds.
        public var form: Form
        /// How many times the field is repeated, at least 0: words of a field of weight 2 count twice.
        public var weight: Int

        /// A field: by default running text that counts once.
        public init(_ form: Form = .text, weight: Int = 1) {
            self.form = form
            self.weight = weight
        }
    }

    /// The fields, in the order of the values.
    public var fields: [Field]
    /// What stands between fields. Phrases do not reach across line ends.
    public var separator: String

    /// Fields and what stands between them, by default a line end.
    public init(_ fields: [Field], separator: String = "\n") {
        self.fields = fields
        self.separator = separator
    }

    /// A title of weight 2, tags, and a body.
    public static let titleTagsBody = TextFields([Field(weight: 2), Field(.tags(splitsOnSpaces: false)), Field()])

    /// The fields' values as one text; fields that are `nil` or hold only spaces are skipped.
    ///
    /// - Precondition: there are as many values as fields.
    /// - Complexity: O(characters · weight).
    public func joined(_ values: [String?]) -> String {
        precondition(values.count == fields.count, "\(values.count) values for \(fields.count) fields")
        var parts: [String] = []
        for (field, value) in zip(fields, values) {
            let text = Self.text(of: value ?? "", form: field.form)
            if !text.isEmpty { parts += Array(repeating: text, count: max(0, field.weight)) }
        }
        return parts.joined(separator: separator)
    }

    /// The tags in `value`, without spaces around them; empty ones are skipped.
    ///
    /// - Complexity: O(value.utf8.count).
    public static func tags(in value: String, splitsOnSpaces: Bool = false) -> [String] {
        let separators: Set<Unicode.Scalar> = [",", ";", "#", "，", "；", "、", "＃", "\n", "\r"]
        return value.unicodeScalars
            .split { separators.contains($0) || splitsOnSpaces && $0.properties.isWhitespace }
            .map { trimmed($0) }.filter { !$0.isEmpty }
    }

    private static func text(of value: String, form: Form) -> String {
        switch form {
        case .text: trimmed(value.unicodeScalars[...])
        case .tags(let splitsOnSpaces): tags(in: value, splitsOnSpaces: splitsOnSpaces).joined(separator: ", ")
        }
    }

    private static func trimmed(_ scalars: Substring.UnicodeScalarView) -> String {
        var scalars = scalars
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }
}
