import Tensor

extension Tokenizer {
    /// The tokens of a text, with special ones, cut to ``maximumLength``.
    ///
    /// - Precondition: the text is shorter than 2³² bytes.
    /// - Complexity: O(n) for n bytes; O(m log m) for words of m characters with byte pair encoding.
    public func encode(_ text: String) -> Encoding {
        var scratch = ModelScratch()
        return encode(text, &scratch)
    }

    /// The tokens of a pair of texts, such as a question and an answer.
    ///
    /// - Precondition: each text is shorter than 2³² bytes.
    public func encode(_ text: String, _ second: String) -> Encoding {
        var scratch = ModelScratch()
        let segments = [segment(text, typeID: 0, &scratch), segment(second, typeID: 1, &scratch)]
        return core.encoding(segments, limit: maximumLength, truncation: truncation)
    }

    /// The encodings of many texts, in order, found in parallel.
    ///
    /// - Throws: ``LanguageError/cancelled`` when `progress` or the current task asks to stop.
    public func encode(_ texts: [String], progress: ProgressHandler = .none) throws(LanguageError) -> [Encoding] {
        let watch = Watch(progress, "tokens", texts.count)
        let result = parallelMap(texts.count, scratch: { ModelScratch() }) { index, scratch in
            guard !watch.isStopped else { return Encoding() }
            defer { watch.add(1) }
            return encode(texts[index], &scratch)
        }
        if watch.isStopped { throw .cancelled }
        return result
    }

    private func encode(_ text: String, _ scratch: inout ModelScratch) -> Encoding {
        core.encoding([segment(text, typeID: 0, &scratch)], limit: maximumLength, truncation: truncation)
    }

    private func segment(_ text: String, typeID: Int32, _ scratch: inout ModelScratch) -> TokenSegment {
        text.withContiguousUTF8 { utf8 in
            precondition(utf8.count < UInt32.max, "a text of 4 GiB cannot be encoded at once")
            return core.segment(utf8, typeID: typeID, &scratch)
        }
    }
}
