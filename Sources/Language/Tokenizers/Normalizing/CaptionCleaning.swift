/// What SigLIP does to captions before they are cut into pieces: lowers case, removes ASCII punctuation, makes white space
/// single spaces and takes it off both ends.
///
/// White space and letters are Python's, whose methods the reference calls.
struct CaptionCleaning: Sendable, Hashable {
    var lowercases: Bool

    func apply(to text: inout AlignedText) {
        let tables = CharacterTables.shared
        text.rewrite { piece, scalars, result in
            // The beginning of a text is the beginning of a word.
            if piece.origin == 0 { result.append(PieceNormalization.space, 1) }
            var isInside = piece.origin == 0
            // Old scalars since the last that was kept, and whether there is white space among them.
            var (skipped, hasSpace) = (0, false)
            for (index, scalar) in scalars.enumerated() {
                if scalar == PieceNormalization.space || Self.isSpace(scalar) {
                    hasSpace = true
                } else if !Self.isPunctuation(scalar) {
                    if hasSpace, isInside {
                        result.append(0x20, 1 - skipped)
                    } else if skipped > 0 {
                        result.drop(skipped)
                    }
                    (skipped, hasSpace, isInside) = (0, false, true)
                    if !lowercases {
                        result.append(scalar)
                    } else if scalar == 0x3A3 {
                        result.append(Self.isFinal(index, in: scalars) ? 0x3C2 : 0x3C3)
                    } else {
                        NormalizerStep.lowercase(scalar, tables, &result)
                    }
                    continue
                }
                skipped += 1
            }
            return true
        }
    }

    private static func isPunctuation(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    private static func isSpace(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x9...0xD, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// Whether a capital sigma ends a word.
    ///
    /// - Reference: The Unicode Standard, section 3.13, Final_Sigma.
    private static func isFinal(_ index: Int, in scalars: [UInt32]) -> Bool {
        func isCased(_ others: some Sequence<UInt32>) -> Bool {
            for scalar in others {
                guard let properties = Unicode.Scalar(scalar)?.properties else { return false }
                if !properties.isCaseIgnorable { return properties.isCased }
            }
            return false
        }
        return isCased(scalars[..<index].reversed()) && !isCased(scalars[(index + 1)...])
    }
}
