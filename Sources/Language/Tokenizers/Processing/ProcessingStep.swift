/// One step of a tokenizer's post-processor; a whole post-processor is a list of them.
enum ProcessingStep: Sendable, Hashable {
    /// A part of a template.
    enum Part: Sendable, Hashable {
        /// The first or the second text.
        case text(second: Bool, typeID: Int32)
        case special([Int32], typeID: Int32)
    }

    case template(single: [Part], pair: [Part])
    case bert(first: Int32, separator: Int32)
    case roberta(first: Int32, separator: Int32, trimsOffsets: Bool, keepsPrefix: Bool)
    case byteLevel(trimsOffsets: Bool, keepsPrefix: Bool)
    /// A token after each text that does not end with it.
    case closing(Int32)

    /// How many special tokens a text, or a pair, gets.
    func addedCount(isPair: Bool) -> Int {
        switch self {
        case .template(let single, let pair):
            (isPair ? pair : single).reduce(0) { count, part in
                if case .special(let ids, _) = part { count + ids.count } else { count }
            }
        case .bert: isPair ? 3 : 2
        case .roberta: isPair ? 4 : 2
        case .byteLevel: 0
        case .closing: isPair ? 2 : 1
        }
    }

    /// The token that is put only after a text that does not end with it.
    var closingID: Int32? { if case .closing(let id) = self { id } else { nil } }

    /// Whether white space is taken out of offsets.
    var trimsOffsets: Bool {
        switch self {
        case .template, .bert, .closing: false
        case .roberta(_, _, let trims, _), .byteLevel(let trims, _): trims
        }
    }

    func apply(to segments: [TokenSegment]) -> [TokenSegment] {
        switch self {
        case .template(let single, let pair):
            return (segments.count == 1 ? single : pair).map { part in
                switch part {
                case .special(let ids, let typeID): return .special(ids, typeID: typeID)
                case .text(let second, let typeID):
                    var segment = segments[second ? 1 : 0]
                    segment.setTypeID(typeID)
                    return segment
                }
            }
        case .bert(let first, let separator):
            return segments.enumerated().map { index, segment in
                let ending = TokenSegment.special([separator], typeID: index == 0 ? 0 : 1).tokens
                let beginning = index == 0 ? TokenSegment.special([first], typeID: 0).tokens : []
                return TokenSegment(tokens: beginning + segment.tokens + ending)
            }
        case .roberta(let first, let separator, let trims, let keepsPrefix):
            let ending = TokenSegment.special([separator], typeID: 0).tokens
            return segments.enumerated().map { index, segment in
                var segment = segment
                if trims { segment.trimOffsets(keepsPrefix: keepsPrefix) }
                segment.setTypeID(0)
                let beginning = TokenSegment.special([index == 0 ? first : separator], typeID: 0).tokens
                return TokenSegment(tokens: beginning + segment.tokens + ending)
            }
        case .byteLevel(let trims, let keepsPrefix):
            guard trims else { return segments }
            return segments.map { segment in
                var segment = segment
                segment.trimOffsets(keepsPrefix: keepsPrefix)
                return segment
            }
        case .closing(let id):
            return segments.map { segment in
                var segment = segment
                segment.setTypeID(0)
                if segment.tokens.last?.id != id { segment.tokens += TokenSegment.special([id], typeID: 0).tokens }
                return segment
            }
        }
    }
}
