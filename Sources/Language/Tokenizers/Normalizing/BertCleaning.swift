/// BERT's normalizer: removes control characters, makes all white space spaces, sets ideographs apart, strips accents
/// and lowers case, each where asked.
struct BertCleaning: Sendable, Hashable {
    var cleansText: Bool
    var separatesIdeographs: Bool
    var stripsAccents: Bool
    var lowercases: Bool

    func apply(to text: inout AlignedText) {
        let tables = CharacterTables.shared
        if cleansText {
            text.rewrite { _, scalars, result in
                for scalar in scalars {
                    let flags = tables.flags(of: scalar)
                    if flags.contains(.removedByCleaning) {
                        result.drop()
                    } else {
                        result.append(flags.contains(.whitespace) ? 0x20 : scalar)
                    }
                }
                return true
            }
        }
        if separatesIdeographs {
            text.rewrite { _, scalars, result in
                for scalar in scalars {
                    if Self.isIdeograph(scalar) {
                        result.append(0x20)
                        result.append(scalar, 1)
                        result.append(0x20, 1)
                    } else {
                        result.append(scalar)
                    }
                }
                return true
            }
        }
        if stripsAccents {
            NormalizerStep.form(.nfd).apply(to: &text)
            text.rewrite { _, scalars, result in
                NormalizerStep.keep(scalars, &result) { !tables.flags(of: $0).contains(.nonspacingMark) }
                return true
            }
        }
        if lowercases { NormalizerStep.lowercase.apply(to: &text) }
    }

    /// The blocks that BERT was trained with; U+2B820–U+2B91F, which belong there too, are left out by the reference.
    static func isIdeograph(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
