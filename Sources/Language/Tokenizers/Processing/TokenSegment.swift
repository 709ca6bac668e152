/// A run of tokens on their way to an encoding.
struct TokenSegment {
    struct Token {
        var id: Int32
        var typeID: Int32 = 0
        /// In Unicode scalars of the text.
        var start = 0
        var end = 0
        var isSpecial = false
        /// How many characters of white space the token's own text begins and ends with, where anyone asks.
        var leadingSpaces = 0
        var trailingSpaces = 0
    }

    var tokens: [Token] = []

    static func special(_ ids: [Int32], typeID: Int32) -> TokenSegment {
        TokenSegment(tokens: ids.map { Token(id: $0, typeID: typeID, isSpecial: true) })
    }

    mutating func setTypeID(_ typeID: Int32) {
        for index in tokens.indices { tokens[index].typeID = typeID }
    }

    /// Takes white space at the ends of tokens out of their offsets.
    ///
    /// - Parameter keepsPrefix: whether a single space before the first token was put there, and is no part of the
    ///   text.
    mutating func trimOffsets(keepsPrefix: Bool) {
        for index in tokens.indices {
            var token = tokens[index]
            if token.leadingSpaces > 0 {
                let isFirst = index == 0 || token.start == 0
                let leading = isFirst && keepsPrefix && token.leadingSpaces == 1 ? 0 : token.leadingSpaces
                token.start = min(token.start + leading, token.end)
            }
            if token.trailingSpaces > 0, token.end >= token.trailingSpaces {
                token.end = max(token.end - token.trailingSpaces, token.start)
            }
            tokens[index] = token
        }
    }
}
