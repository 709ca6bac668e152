import Tensor

extension Tokenizer {
    /// The ids of many texts, with special tokens, each cut to ``maximumLength``: what encoders need, and no more.
    ///
    /// The ids are those of ``encode(_:progress:)``, found on a shorter way where there is one.
    ///
    /// - Throws: ``LanguageError/cancelled`` when `progress` or the current task asks to stop.
    /// - Precondition: each text is shorter than 2³² bytes.
    /// - Complexity: O(n) for n bytes; O(m log m) for words of m characters with byte pair encoding.
    public func batch(_ texts: [String], progress: ProgressHandler = .none) throws(LanguageError) -> TokenBatch {
        let watch = Watch(progress, "tokens", texts.count)
        let size = 64
        let frame = core.frame
        let parts = parallelMap(texts.indices.tileCount(size: size), scratch: { ModelScratch() }) { tile, scratch in
            var part = Part()
            guard !watch.isStopped else { return part }
            let texts = texts[texts.indices.tile(tile, size: size)]
            for text in texts { append(text, frame, to: &part, &scratch) }
            watch.add(texts.count)
            return part
        }
        if watch.isStopped { throw .cancelled }
        return TokenBatch(joining: parts)
    }

    private func append(
        _ text: String, _ frame: (before: [Int32], after: [Int32]), to part: inout Part, _ scratch: inout ModelScratch
    ) {
        part.sink.ids += frame.before
        let start = part.sink.ids.count
        text.withContiguousUTF8 { utf8 in
            precondition(utf8.count < UInt32.max, "a text of 4 GiB cannot be encoded at once")
            core.appendIDs(of: utf8, to: &part.sink, &scratch)
        }
        if let maximumLength {
            let count = part.sink.ids.count - start
            let room = max(0, maximumLength - frame.before.count - frame.after.count)
            if count > room {
                let kept = truncation.range(keeping: room, of: count)
                part.sink.ids.removeSubrange(start + kept.upperBound..<start + count)
                part.sink.ids.removeSubrange(start..<start + kept.lowerBound)
                part.truncatedCount += 1
            }
        }
        if core.closingID == nil || part.sink.ids[start...].last != core.closingID { part.sink.ids += frame.after }
        part.ends.append(part.sink.ids.count)
    }

    /// The ids of some of the texts.
    fileprivate struct Part {
        var sink = TokenIDs()
        /// Where the ids of each text end.
        var ends: [Int] = []
        var truncatedCount = 0
    }
}

extension TokenBatch {
    /// Parts one after another.
    fileprivate init(joining parts: [Tokenizer.Part]) {
        self.init(ids: [], offsets: [0], truncatedCount: 0)
        ids.reserveCapacity(parts.reduce(0) { $0 + $1.sink.ids.count })
        offsets.reserveCapacity(parts.reduce(1) { $0 + $1.ends.count })
        for part in parts {
            let start = ids.count
            ids += part.sink.ids
            offsets += part.ends.map { start + $0 }
            truncatedCount += part.truncatedCount
        }
    }
}

extension TokenizerCore {
    /// See ``ProcessingStep/closingID``; such a step is the only one.
    fileprivate var closingID: Int32? { processing.first?.closingID }

    /// The special tokens before and after those of a single text.
    var frame: (before: [Int32], after: [Int32]) {
        var segments = [TokenSegment(tokens: [TokenSegment.Token(id: -1)])]
        for step in processing { segments = step.apply(to: segments) }
        let ids = segments.flatMap(\.tokens).map(\.id)
        guard let place = ids.firstIndex(of: -1) else { return (ids, []) }
        return (Array(ids[..<place]), Array(ids[(place + 1)...]))
    }

    /// Appends the ids of a text without special tokens.
    func appendIDs(of text: UnsafeBufferPointer<UInt8>, to sink: inout TokenIDs, _ scratch: inout ModelScratch) {
        if let fastPath, fastPath.appendIDs(of: text, addedTokens, to: &sink, &scratch) { return }
        for token in segment(text, typeID: 0, &scratch).tokens { sink.append(token.id, 0, 0) }
    }
}
