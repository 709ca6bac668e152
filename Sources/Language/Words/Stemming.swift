/// How inflected forms of a word are brought together.
public enum Stemming: String, Sendable, Hashable, CaseIterable {
    /// Words stay as they are.
    case none
    /// English plurals lose their ending, by three rules on words of four or more ASCII letters: -ies becomes -y (not
    /// after a or e), -es becomes -e (not after a, e or o), -s goes (not after u or s). Nothing else is touched, so a
    /// stem is nearly always a word, though not of every plural: `glasses` gives `glasse`.
    ///
    /// - Reference: Harman, "How effective is suffixing?", JASIS 42(1), 1991,
    ///   doi:10.1002/(SICI)1097-4571(199101)42:1<7::AID-ASI2>3.0.CO;2-P (the S stemmer).
    case englishPlurals

    /// The stem of `word`, which is in lower case.
    ///
    /// - Complexity: O(word.utf8.count).
    public func stem(_ word: String) -> String {
        guard self == .englishPlurals, word.utf8.count > 3, word.utf8.last == UInt8(ascii: "s"),
            word.utf8.allSatisfy(\.isASCIILetter)
        else { return word }
        if word.hasSuffix("ies") {
            return word.hasSuffix("eies") || word.hasSuffix("aies") ? word : word.dropLast(3) + "y"
        }
        if word.hasSuffix("es") {
            let exempt = word.hasSuffix("aes") || word.hasSuffix("ees") || word.hasSuffix("oes")
            return exempt ? word : String(word.dropLast())
        }
        return word.hasSuffix("us") || word.hasSuffix("ss") ? word : String(word.dropLast())
    }
}
