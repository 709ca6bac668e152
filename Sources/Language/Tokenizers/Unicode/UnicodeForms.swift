/// The normalization forms of Unicode, with what each character stands for.
///
/// - Reference: Unicode Standard Annex #15.
enum UnicodeForm: Sendable, Hashable {
    case nfd, nfc, nfkd, nfkc

    var isCompatible: Bool { self == .nfkd || self == .nfkc }
    var isComposed: Bool { self == .nfc || self == .nfkc }

    /// Appends the normalized form of `scalars`; each change counts old scalars as `AlignedText.Rewriting` does.
    ///
    /// - Complexity: O(scalars), and O(m log m) for m marks in a row.
    func rewrite(_ scalars: [UInt32], _ result: inout AlignedText.Rewriting) {
        var form = UnicodeFormBuilder(self)
        for scalar in scalars { form.append(scalar) }
        form.finish()
        for entry in form.entries { result.append(entry.scalar, entry.change) }
    }
}

/// Collects scalars in one of the normalization forms.
struct UnicodeFormBuilder {
    typealias Entry = (scalar: UInt32, change: Int)

    private(set) var entries: [Entry] = []
    private let form: UnicodeForm
    private let tables = CharacterTables.shared
    /// Where the marks begin that may still change places.
    private var firstMark = 0

    init(_ form: UnicodeForm) { self.form = form }

    /// Forgets all, and keeps the memory.
    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        firstMark = 0
    }

    mutating func append(_ scalar: UInt32) {
        if scalar < 0xC0 && (scalar < 0x80 || !form.isCompatible) { return appendDecomposed(scalar, 0) }
        var change = 0
        func add(_ part: UInt32, to builder: inout UnicodeFormBuilder) {
            builder.appendDecomposed(part, change)
            change = 1
        }
        var letters: (UInt32, UInt32, UInt32) = (0, 0, 0)
        var count = 0
        if HangulSyllables.decompose(
            scalar,
            { letter in
                if count == 0 {
                    letters.0 = letter
                } else if count == 1 {
                    letters.1 = letter
                } else {
                    letters.2 = letter
                }
                count += 1
            })
        {
            add(letters.0, to: &self)
            add(letters.1, to: &self)
            if count == 3 { add(letters.2, to: &self) }
            return
        }
        var parts = form.isCompatible ? tables.compatible[scalar] : []
        if parts.isEmpty { parts = tables.canonical[scalar] }
        if parts.isEmpty { return appendDecomposed(scalar, 0) }
        for part in parts { add(part, to: &self) }
    }

    private mutating func appendDecomposed(_ scalar: UInt32, _ change: Int) {
        if scalar < 0x300 || tables.combiningClass(of: scalar) == 0 {
            sortMarks()
            entries.append((scalar, change))
            firstMark = entries.count
        } else {
            entries.append((scalar, change))
        }
    }

    /// Puts the last marks into the order of their classes; those of one class keep theirs.
    private mutating func sortMarks() {
        let count = entries.count - firstMark
        guard count > 1 else { return }
        let marks = entries[firstMark...].map { (entry: $0, class: tables.combiningClass(of: $0.scalar)) }
        // Swift's sort is stable in fact but not in its documentation.
        let order = marks.indices.sorted { (marks[$0].class, $0) < (marks[$1].class, $1) }
        for (offset, index) in order.enumerated() { entries[firstMark + offset] = marks[index].entry }
    }

    /// To be called after the last scalar.
    mutating func finish() {
        sortMarks()
        firstMark = entries.count
        if form.isComposed { compose() }
    }

    private mutating func compose() {
        var written = 0
        // The last character of class 0, which others may join, and the class of the last one after it.
        var starter: Int?
        var lastClass: UInt8?
        for entry in entries {
            let ownClass = entry.scalar < 0x300 ? 0 : tables.combiningClass(of: entry.scalar)
            if let starter, lastClass.map({ $0 < ownClass }) ?? true,
                let composed = tables.composition(entries[starter].scalar, entry.scalar)
            {
                entries[starter].scalar = composed
                entries[starter].change += entry.change - 1
                continue
            }
            entries[written] = entry
            if ownClass == 0 {
                starter = written
                lastClass = nil
            } else if starter != nil {
                lastClass = ownClass
            }
            written += 1
        }
        entries.removeSubrange(written...)
    }
}
