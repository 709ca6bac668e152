/// An orthogonal matrix Q = H₀·H₁·…, kept as Householder reflectors Hₖ = I − τₖ·vₖ·vₖᵀ in blocks I − Vᵀ·T·V, vₖ in the
/// rows of V, T upper triangular.
///
/// Vectors that it is applied to are independent of one another: tiles of them go through all blocks while they lie in
/// the cache, on as many threads as there are.
///
/// - Reference: Schreiber, Van Loan, "A storage-efficient WY representation for products of Householder
///   transformations", 1989, doi:10.1137/0910005.
struct BlockReflectors {
    /// Reflectors of a block.
    static let width = 64
    /// Vectors of a tile.
    private static let tile = 128

    private struct Block {
        /// The elements of vectors that the block changes.
        let support: Range<Int>
        /// V, then T.
        let storage: FloatStorage
        let count: Int
        var vectors: UnsafePointer<Float> { UnsafePointer(storage.start) }
        var triangle: UnsafePointer<Float> { UnsafePointer(storage.start + count * support.count) }
    }
    private var blocks: [Block]
    private let multiply: Multiplication

    /// Gathers `tau.count` reflectors.
    ///
    /// - Parameters:
    ///   - support: the elements in which reflector k is not 0. It shrinks from one reflector to the next.
    ///   - element: an element of reflector k within its support.
    init(
        tau: [Float] = [], support: (_ k: Int) -> Range<Int> = { _ in 0..<0 },
        element: (_ k: Int, _ index: Int) -> Float = { _, _ in 0 }
    ) throws(TensorError) {
        let multiply = try Multiplication()
        self.multiply = multiply
        blocks = parallelMap((0..<tau.count).tileCount(size: Self.width)) { index in
            let members = (0..<tau.count).tile(index, size: Self.width)
            return Self.block(members, tau: { tau[$0] }, support: support, element: element, multiply)
        }
    }

    /// Appends reflectors that stand below the diagonal of a factorised panel of `tau.count` columns, whose first
    /// element is element `first` of a vector of `length`.
    mutating func append(panel: UnsafePointer<Float>, stride: Int, tau: [Float], first: Int, length: Int) {
        blocks.append(
            Self.block(
                0..<tau.count, tau: { tau[$0] }, support: { first + $0..<length },
                element: { k, index in index == first + k ? 1 : panel[k * stride + index - first] }, multiply))
    }

    private static func block(
        _ members: Range<Int>, tau: (Int) -> Float, support: (Int) -> Range<Int>, element: (Int, Int) -> Float,
        _ multiply: Multiplication
    ) -> Block {
        let union = support(members.lowerBound)
        let (count, length) = (members.count, union.count)
        let storage = FloatStorage(uninitializedCount: count * (length + count))
        let (v, t) = (storage.start, storage.start + count * length)
        v.update(repeating: 0, count: count * length)
        for (row, k) in members.enumerated() {
            for index in support(k) { v[row * length + index - union.lowerBound] = element(k, index) }
        }
        // T grows column by column: T[·, j] = −τⱼ · T · (V · vⱼ).
        var products = [Float](repeating: 0, count: count * count)
        products.withUnsafeMutableBufferPointer { products in
            guard let products = products.baseAddress else { return }
            multiply((count, count, length), v, length, v, length, transposingB: true, into: products, count)
            t.update(repeating: 0, count: count * count)
            for (j, k) in members.enumerated() {
                let scale = tau(k)
                for i in 0..<j {
                    var sum: Float = 0
                    for inner in i..<j { sum += t[i * count + inner] * products[inner * count + j] }
                    t[i * count + j] = -scale * sum
                }
                t[j * count + j] = scale
            }
        }
        return Block(support: union, storage: storage, count: count)
    }

    /// Replaces each row x of `vectors` by Q·x.
    func apply(to vectors: inout Matrix) {
        let (rows, columns) = (vectors.rows, vectors.columns)
        vectors.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            apply(blocks.reversed(), to: start, rows: rows, stride: columns, inverse: false)
        }
    }

    /// Replaces each of the vectors that lie `stride` apart by B·x, where B is the inverse of the last block.
    func applyInverseOfLastBlock(to vectors: UnsafeMutablePointer<Float>, rows: Int, stride: Int) {
        apply(blocks.suffix(1), to: vectors, rows: rows, stride: stride, inverse: true)
    }

    private func apply(
        _ blocks: some Collection<Block>, to vectors: UnsafeMutablePointer<Float>, rows: Int, stride: Int, inverse: Bool
    ) {
        parallelFor(
            (0..<rows).tileCount(size: Self.tile),
            scratch: { FloatStorage(uninitializedCount: 2 * Self.tile * Self.width) }
        ) { tile, scratch in
            let range = (0..<rows).tile(tile, size: Self.tile)
            let (products, weights) = (scratch.start, scratch.start + Self.tile * Self.width)
            for block in blocks {
                let x = vectors + range.lowerBound * stride + block.support.lowerBound
                let (length, count) = (block.support.count, block.count)
                multiply(
                    (range.count, count, length), x, stride, block.vectors, length, transposingB: true, into: products,
                    count)
                multiply(
                    (range.count, count, count), products, count, block.triangle, count, transposingB: !inverse,
                    into: weights, count)
                multiply(
                    (range.count, length, count), weights, count, block.vectors, length, scale: -1, keep: 1, into: x,
                    stride)
            }
        }
    }
}
