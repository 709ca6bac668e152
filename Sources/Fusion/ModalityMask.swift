import Tensor

/// Which modalities each item has: a picture without a caption lacks the second of two.
public struct ModalityMask: Sendable, Hashable {
    /// For each modality, whether each item has it. `[modalities][n]`
    public let flags: [[Bool]]

    /// A mask from flags `[modalities][n]`.
    public init(_ flags: [[Bool]]) { self.flags = flags }

    /// A mask by which every item has every modality.
    public init(allPresentFor modalities: [Matrix]) {
        flags = modalities.map { [Bool](repeating: true, count: $0.rows) }
    }

    /// Whether item `row` has modality `modality`.
    public subscript(modality: Int, row: Int) -> Bool { flags[modality][row] }

    /// How many items have modality `modality`.
    ///
    /// - Complexity: O(n).
    public func count(ofModality modality: Int) -> Int { flags[modality].count { $0 } }
}

extension ModalityMask {
    /// Checks that `modalities` and the mask describe the same items, that the features are those expected, and that
    /// what is present is finite.
    ///
    /// - Parameter dimensions: the number of features of each modality; `nil` when any will do.
    /// - Returns: the number of items.
    /// - Complexity: O(n · Σd).
    func validate(_ modalities: [Matrix], dimensions: [Int]?) throws(FusionError) -> Int {
        let expected = dimensions?.count ?? modalities.count
        guard modalities.count == expected, expected > 0 else {
            throw .modalityCount(expected: max(1, expected), found: modalities.count)
        }
        guard flags.count == expected else { throw .modalityCount(expected: expected, found: flags.count) }
        let rows = modalities[0].rows
        for (modality, data) in modalities.enumerated() {
            guard data.rows == rows else { throw .rowCount(modality: modality, expected: rows, found: data.rows) }
            guard flags[modality].count == rows else {
                throw .rowCount(modality: modality, expected: rows, found: flags[modality].count)
            }
            if let dimensions, data.columns != dimensions[modality] {
                throw .dimension(modality: modality, expected: dimensions[modality], found: data.columns)
            }
            // Most data is finite throughout; only what is not needs a second look at what is absent.
            guard data.firstNonFinite() != nil else { continue }
            for row in 0..<rows where flags[modality][row] {
                if let column = data.row(row).firstIndex(where: { !$0.isFinite }) {
                    throw .notFinite(modality: modality, row: row, column: column)
                }
            }
        }
        return rows
    }
}
