import Tensor

/// A thread's working memory for layers whose products are of bytes.
struct BlockScratch {
    /// Rows of a block rounded for products of few inputs and of many.
    let narrow, broad: QuantizedRows
    /// `[rows of a block × width]`.
    let sums: FloatStorage
    /// One more row, for what lies between two steps.
    let line: UnsafeMutablePointer<Float>
    /// What lies between the second half's products. `[rows of a block × inner features]`
    let hidden: UnsafeMutablePointer<Float>
    /// Queries, keys and values of a group of sequences. `[tokens × 3 · width]`
    let wide: UnsafeMutablePointer<Float>
    let attention: Attention.Scratch
    private let memory: FloatStorage

    /// - Parameter tokens: the most tokens of a group of sequences; 0 where attention is not in groups.
    init(_ configuration: TransformerConfiguration, tokens: Int = 0) {
        let (rows, width, inner) = (RowBlocks.most, configuration.width, configuration.innerWidth)
        narrow = QuantizedRows(count: rows, depth: width)
        broad = QuantizedRows(count: rows, depth: inner)
        sums = FloatStorage(uninitializedCount: (rows + 1) * width)
        line = sums.start + rows * width
        let (wideSize, hiddenSize) = (tokens * 3 * width, rows * inner * (configuration.isGated ? 2 : 1))
        // A block that is the whole group has no use for queries, keys and values once it comes to its hidden features.
        let isShared = tokens <= rows
        memory = FloatStorage(uninitializedCount: isShared ? max(wideSize, hiddenSize) : wideSize + hiddenSize)
        wide = memory.start
        hidden = memory.start + (isShared ? 0 : wideSize)
        attention = Attention.Scratch(headSize: width / configuration.heads.count, tokens: tokens)
    }
}
