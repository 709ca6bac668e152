import Language
import Tensor

extension TextTower {
    /// The tokenizer in a model's directory, which cuts texts to what the tower can take.
    ///
    /// - Parameter maximumLength: how many tokens of a text are looked at, if fewer.
    func tokenizer(in directory: String, maximumLength: Int?) throws(EncoderError) -> Tokenizer {
        var tokenizer: Tokenizer
        do { tokenizer = try Tokenizer(directory: directory) } catch { throw .language(error) }
        tokenizer.maximumLength = min(maximumLength ?? tokenizer.maximumLength ?? mostTokens, mostTokens)
        return tokenizer
    }

    /// The vectors of texts, and how many of them had more tokens than are looked at. `[texts × dimension]`
    func encode(
        _ texts: [String], _ tokenizer: Tokenizer, normalizes: Bool, batchSize: Int?, progress: ProgressHandler
    ) throws(EncoderError) -> (vectors: Matrix, truncatedCount: Int) {
        let batch: TokenBatch
        do { batch = try tokenizer.batch(texts, progress: progress) } catch {
            throw error == .cancelled ? .cancelled : .language(error)
        }
        if let id = batch.ids.first(where: { $0 < 0 || $0 >= vocabularySize }) {
            throw .parameter(
                name: "the token \(quoted(tokenizer.token(of: id) ?? "")) of the tokenizer", value: "\(id)",
                valid: "below \(vocabularySize), the number of tokens that the model knows")
        }
        let tokens = TokenSequences(ids: batch.ids, offsets: batch.offsets)
        return (
            try encode(tokens, normalizes: normalizes, batchSize: batchSize, progress: progress), batch.truncatedCount
        )
    }

    /// Tokens of a batch: enough rows for products at full speed, little enough memory.
    private var batchTokens: Int { 2048 }

    /// The vectors of texts, similar lengths together; equal texts are computed once. `[texts × dimension]`
    ///
    /// - Parameters:
    ///   - tokens: of each text, special ones included, at most ``mostTokens``.
    ///   - normalizes: whether vectors are scaled to length 1.
    ///   - batchSize: how many texts are computed at a time, at most; `nil` for what is quick.
    /// - Throws: ``EncoderError/cancelled``.
    package func encode(
        _ tokens: TokenSequences, normalizes: Bool, batchSize: Int? = nil, progress: ProgressHandler = .none
    ) throws(EncoderError) -> Matrix {
        let texts = (0..<tokens.count).map { relevant(tokens[$0]) }
        let plan = PackedBatches(
            lengths: texts.map(\.count), first: PackedBatches.first(of: texts), most: batchTokens,
            mostItems: batchSize ?? .max)
        return try Matrix(rows: texts.count, columns: dimension) { target throws(EncoderError) in
            var done = 0
            for batch in plan.batches {
                guard progress.advance("encoding texts", done, of: texts.count) else { throw .cancelled }
                var sequences = TokenSequences()
                // A text without tokens has nothing to be told by.
                let present = batch.filter { !texts[$0].isEmpty }
                for text in present { sequences.append(texts[text]) }
                for text in batch where texts[text].isEmpty {
                    for feature in 0..<dimension { target[text * dimension + feature] = 0 }
                }
                if !present.isEmpty {
                    let vectors = self(sequences, observe: nil)
                    (normalizes ? vectors.normalizedRows() : vectors).withUnsafeBufferPointer { values in
                        for (row, text) in present.enumerated() {
                            target.setRow(text, to: values, row: row, width: dimension)
                        }
                    }
                }
                done += batch.count
            }
            for (text, first) in plan.first.enumerated() where first != text {
                target.copyRow(first, to: text, width: dimension)
            }
            guard progress.advance("encoding texts", texts.count, of: texts.count) else { throw .cancelled }
        }
    }
}
