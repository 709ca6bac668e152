import Language
import Tensor

/// What texts come to as tokens.
package protocol TokenTaking: Sendable {
    /// Tokens are below this.
    var vocabularySize: Int { get }
    /// How many tokens a text may have.
    var mostTokens: Int { get }
}

extension TokenTaking {
    /// The tokenizer in a model's directory, which cuts texts to what the model can take.
    ///
    /// - Parameter maximumLength: how many tokens of a text are looked at, if fewer.
    func tokenizer(in directory: String, maximumLength: Int? = nil) throws(EncoderError) -> Tokenizer {
        var tokenizer: Tokenizer
        do { tokenizer = try Tokenizer(directory: directory) } catch { throw .language(error) }
        tokenizer.maximumLength = min(maximumLength ?? tokenizer.maximumLength ?? mostTokens, mostTokens)
        return tokenizer
    }

    /// The tokens of texts, and how many texts had more than are looked at.
    func tokens(
        of texts: [String], _ tokenizer: Tokenizer, progress: ProgressHandler
    ) throws(EncoderError) -> (tokens: TokenSequences, truncatedCount: Int) {
        let batch: TokenBatch
        do { batch = try tokenizer.batch(texts, progress: progress) } catch {
            throw error == .cancelled ? .cancelled : .language(error)
        }
        if let id = batch.ids.first(where: { $0 < 0 || $0 >= vocabularySize }) {
            throw .parameter(
                name: "the token \(quoted(tokenizer.token(of: id) ?? "")) of the tokenizer", value: "\(id)",
                valid: "below \(vocabularySize), the number of tokens that the model knows")
        }
        return (TokenSequences(ids: batch.ids, offsets: batch.offsets), batch.truncatedCount)
    }
}
