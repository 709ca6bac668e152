/// The vectors of the rows to be grouped.
struct JoinedVectors {
    /// One joint vector for each row. `[n × d]`
    let joint: Matrix
    /// Each modality by itself, prepared for fusion, with the rows that have it.
    let parts: [(name: String, vectors: Matrix, present: [Bool])]
}

extension Pipeline {
    /// Reduces each modality and joins them.
    func join(
        _ modalities: [EncodedModality], rows: [Int], progress: ProgressHandler
    ) throws(KindredError) -> JoinedVectors {
        guard progress.advance("joining", 0, of: modalities.count) else { throw .cancelled }
        let parts = try modalities.map { modality throws(KindredError) in
            (
                name: modality.name, vectors: try reduced(modality, progress: progress).vectors(of: rows),
                present: rows.map { modality.informs($0) }
            )
        }
        guard parts.count > 1 else {
            return JoinedVectors(joint: parts[0].vectors.normalizedRows(), parts: parts)
        }
        let mask = ModalityMask(parts.map(\.present))
        let vectors = parts.map(\.vectors)
        let joint = try translatingErrors {
            let model = try fusion.fit(vectors, present: mask, progress: progress)
            return try model.fuse(vectors, present: mask)
        }
        return JoinedVectors(joint: joint, parts: parts)
    }

    /// The modality with at most ``components`` features, by principal components where it has more.
    private func reduced(
        _ modality: EncodedModality, progress: ProgressHandler
    ) throws(KindredError) -> EncodedModality {
        let vectors = modality.vectors
        let count = min(components, vectors.rows, vectors.columns)
        guard count < vectors.columns else { return modality }
        let reduced = try translatingErrors {
            try PCA(keeping: .count(count), seed: seed).fit(vectors, progress: progress).transform(vectors)
        }
        return EncodedModality(modality, vectors: reduced)
    }
}
