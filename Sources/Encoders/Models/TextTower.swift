import Tensor

/// Tokens of texts to one vector for each text.
package protocol TextTower: TokenTaking {
    /// The number of features of a vector.
    var dimension: Int { get }

    /// The tokens that a text's vector depends on: some may never be looked at, others may be implied.
    func relevant(_ tokens: ArraySlice<Int32>) -> [Int32]

    /// The vectors of texts of relevant tokens, none of them empty. `[texts × dimension]`
    ///
    /// - Parameter observe: is given the tokens before the layers, numbered 0, and after each.
    func callAsFunction(_ texts: TokenSequences, observe: ((Int, Matrix) -> Void)?) -> Matrix
}

extension TextTower {
    package func relevant(_ tokens: ArraySlice<Int32>) -> [Int32] { Array(tokens) }
}
