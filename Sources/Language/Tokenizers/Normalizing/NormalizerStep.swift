/// One step of a tokenizer's normalizer; a whole normalizer is a list of them.
enum NormalizerStep: Sendable {
    case bert(BertCleaning)
    case form(UnicodeForm)
    case lowercase
    case strip(left: Bool, right: Bool)
    case stripAccents
    case nmt
    case replace(TextPattern, with: [UInt32])
    case prepend([UInt32])
    case byteLevel
    case precompiled(PrecompiledMap)
    /// SentencePiece itself, with its space that is visible.
    case pieces(PieceNormalization)
    case caption(CaptionCleaning)

    func apply(to text: inout AlignedText) {
        let tables = CharacterTables.shared
        switch self {
        case .bert(let cleaning): cleaning.apply(to: &text)
        case .form(let form):
            text.rewrite { _, scalars, result in
                form.rewrite(scalars, &result)
                return true
            }
        case .lowercase:
            text.rewrite { _, scalars, result in
                for scalar in scalars { Self.lowercase(scalar, tables, &result) }
                return true
            }
        case .strip(let left, let right):
            text.rewrite { _, scalars, result in
                func isSpace(_ scalar: UInt32) -> Bool { tables.flags(of: scalar).contains(.whitespace) }
                let first = left ? scalars.firstIndex { !isSpace($0) } ?? scalars.count : 0
                let last = right ? scalars.lastIndex { !isSpace($0) } ?? -1 : scalars.count - 1
                guard first > 0 || last < scalars.count - 1 else { return false }
                result.drop(first)
                if first <= last { scalars[first...last].forEach { result.append($0) } }
                return true
            }
        case .stripAccents:
            text.rewrite { _, scalars, result in
                Self.keep(scalars, &result) { !tables.flags(of: $0).contains(.mark) }
                return true
            }
        case .nmt:
            text.rewrite { _, scalars, result in
                for scalar in scalars {
                    switch scalar {
                    case 0x1...0x8, 0xB, 0xE...0x1F, 0x7F, 0x8F, 0x9F: result.drop()
                    case 0x9, 0xA, 0xC, 0xD, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
                        result.append(0x20)
                    default: result.append(scalar)
                    }
                }
                return true
            }
        case .replace(let pattern, let content):
            text.replace(pattern, with: content)
        case .prepend(let content):
            text.rewrite { _, scalars, result in
                result.prepend(content, before: scalars)
                return !scalars.isEmpty
            }
        case .precompiled(let map): map.apply(to: &text)
        case .pieces(let normalization): normalization.apply(to: &text)
        case .caption(let cleaning): cleaning.apply(to: &text)
        case .byteLevel: text.mapBytesToCharacters()
        }
    }

    static func lowercase(_ scalar: UInt32, _ tables: CharacterTables, _ result: inout AlignedText.Rewriting) {
        if scalar < 0x80 { return result.append(scalar &- 0x41 < 26 ? scalar | 0x20 : scalar) }
        let text = tables.lowercase[scalar]
        if text.isEmpty { return result.append(scalar) }
        for (index, part) in text.enumerated() { result.append(part, index > 0 ? 1 : 0) }
    }

    /// Keeps the scalars for which `isKept` is true.
    static func keep(_ scalars: [UInt32], _ result: inout AlignedText.Rewriting, _ isKept: (UInt32) -> Bool) {
        for scalar in scalars {
            if isKept(scalar) { result.append(scalar) } else { result.drop() }
        }
    }
}
