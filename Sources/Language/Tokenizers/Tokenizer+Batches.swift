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
            var part = TokenBatch(ids: [], offsets: [0], truncatedCount: 0)
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
        _ text: String, _ frame: (before: [Int32], after: [Int32]), to batch: inout TokenBatch,
        _ scratch: inout ModelScratch
    ) {
        text.withContiguousUTF8 { utf8 in
            precondition(utf8.count < UInt32.max, "a text of 4 GiB cannot be encoded at once")
            batch.ids += frame.before
            let start = batch.ids.count
            core.appendIDs(of: utf8, to: &batch.ids, &scratch)
            if let maximumLength {
                let count = batch.ids.count - start
                let room = max(0, maximumLength - frame.before.count - frame.after.count)
                if count > room {
                    let kept = truncation.range(keeping: room, of: count)
                    batch.ids.removeSubrange(start + kept.upperBound..<start + count)
                    batch.ids.removeSubrange(start..<start + kept.lowerBound)
                    batch.truncatedCount += 1
                }
            }
        }
        batch.ids += frame.after
        batch.offsets.append(batch.ids.count)
    }
}

extension TokenBatch {
    /// Batches one after another.
    init(joining parts: [TokenBatch]) {
        self.init(ids: [], offsets: [0], truncatedCount: 0)
        ids.reserveCapacity(parts.reduce(0) { $0 + $1.ids.count })
        offsets.reserveCapacity(parts.reduce(1) { $0 + $1.count })
        for part in parts {
            let start = ids.count
            ids += part.ids
            offsets += part.offsets.dropFirst().map { start + $0 }
            truncatedCount += part.truncatedCount
        }
    }
}

extension TokenizerCore {
    /// The special tokens before and after those of a single text.
    var frame: (before: [Int32], after: [Int32]) {
        var segments = [TokenSegment(tokens: [TokenSegment.Token(id: -1)])]
        for step in processing { segments = step.apply(to: segments) }
        let ids = segments.flatMap(\.tokens).map(\.id)
        guard let place = ids.firstIndex(of: -1) else { return (ids, []) }
        return (Array(ids[..<place]), Array(ids[(place + 1)...]))
    }

    /// Appends the ids of a text without special tokens.
    func appendIDs(of text: UnsafeBufferPointer<UInt8>, to ids: inout [Int32], _ scratch: inout ModelScratch) {
        ids += segment(text, typeID: 0, &scratch).tokens.map(\.id)
    }
}
