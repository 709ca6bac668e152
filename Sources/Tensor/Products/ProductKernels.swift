private import CKernels

/// The SIMD instructions that Kindred's kernels use. The choice changes no bit of any result.
public enum SIMDLevel: Int, Sendable, CaseIterable, CustomStringConvertible {
    /// Nothing beyond the platform's baseline.
    case scalar = 0
    /// AVX2 and FMA.
    case avx2 = 1
    /// AVX-512 F, BW, DQ and VL.
    case avx512 = 2

    /// The level in use: the processor's highest, or a lower one named by the environment variable `KINDRED_SIMD`
    /// (`scalar`, `avx2` or `avx512`).
    public static var current: SIMDLevel { SIMDLevel(rawValue: Int(kindred_simd_level())) ?? .scalar }

    /// The levels that this processor offers.
    package static var available: [SIMDLevel] { allCases.filter { $0.rawValue <= Int(kindred_simd_available()) } }

    /// Whether the level in use multiplies bytes by instructions made for it.
    static var multipliesBytes: Bool { kindred_simd_has_vnni() != 0 }

    /// Makes this the level in use, for tests.
    package func use() { _ = kindred_simd_choose(Int32(rawValue)) }

    /// The name that `KINDRED_SIMD` knows it by.
    public var description: String {
        switch self {
        case .scalar: "scalar"
        case .avx2: "AVX2"
        case .avx512: "AVX-512"
        }
    }
}

/// Kernels for one row of products, for the layers above.
package enum RowKernel {
    /// How many vectors ``fewProducts(_:at:vectors:depth:into:stride:)`` multiplies rows with.
    package static var fewCount: Int { Int(KINDRED_FEW) }

    /// The products of rows here and there with ``fewCount`` vectors of `depth` elements that lie one after another, for
    /// products with so few columns that a panel would be mostly empty.
    ///
    /// - Parameters:
    ///   - rows: row 0; row i starts `i * depth` floats later.
    ///   - products: row by row, `stride` apart.
    @inline(__always)
    package static func fewProducts(
        _ rows: UnsafePointer<Float>, at indices: [Int32], vectors: UnsafePointer<Float>, depth: Int,
        into products: UnsafeMutablePointer<Float>, stride: Int
    ) {
        kindred_row_products(rows, indices, indices.count, vectors, depth, products, stride)
    }

    /// The smallest score, where it is, and the runner-up.
    package struct Best: Sendable {
        package var value = Float.infinity
        package var second = Float.infinity
        package var index = Int32.max
        package init() {}
    }

    /// Goes on with the scores `offsets[j] − products[j]` of `count` columns from `first` on.
    @inline(__always)
    package static func updateBest(
        _ best: inout Best, products: UnsafePointer<Float>, offsets: UnsafePointer<Float>, count: Int, first: Int
    ) {
        var state = kindred_argmin2(best: best.value, second: best.second, index: best.index)
        kindred_row_argmin2(products, offsets, count, Int32(first), &state)
        best.value = state.best
        best.second = state.second
        best.index = state.index
    }

    /// Turns products into squared distances in place; flags those that have lost digits to cancellation.
    ///
    /// - Returns: the number of flags set.
    @inline(__always)
    package static func squaredDistances(
        _ products: UnsafeMutablePointer<Float>, rowNorm: Float, columnNorms: UnsafePointer<Float>, count: Int,
        relative: Float, lost: inout BitRow
    ) -> Int {
        lost.withWords { kindred_row_squared_distances(products, rowNorm, columnNorms, count, relative, $0) }
    }

    /// Replaces each value by its square root.
    @inline(__always)
    package static func squareRoots(_ values: UnsafeMutablePointer<Float>, count: Int) {
        kindred_row_square_root(values, count)
    }

    /// Flags the values that are at most `limit`.
    ///
    /// - Returns: the number of flags set.
    @inline(__always)
    package static func atMost(
        _ limit: Float, _ values: UnsafePointer<Float>, count: Int, flags: inout BitRow
    ) -> Int {
        flags.withWords { kindred_row_at_most(values, count, limit, $0) }
    }

    /// Flags the labels that are neither negative nor `label`.
    ///
    /// - Returns: the number of flags set.
    @inline(__always)
    package static func otherLabels(
        than label: Int32, _ labels: UnsafePointer<Int32>, count: Int, flags: inout BitRow
    ) -> Int {
        flags.withWords { kindred_row_other_labels(labels, count, label, $0) }
    }

    /// The sum of `count` floats in double precision.
    @inline(__always)
    package static func sum(_ values: UnsafePointer<Float>, count: Int) -> Double { kindred_sum(values, count) }

    /// The scalar product of two vectors in double precision.
    @inline(__always)
    package static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
        kindred_dot(a, b, count)
    }

    /// The squared Euclidean distance of two vectors in double precision, by differences.
    @inline(__always)
    package static func squaredDistance(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
        kindred_squared_distance(a, b, count)
    }

    /// The squared Euclidean distances of rows here and there to a vector, as ``squaredDistance(_:_:count:)`` has them.
    ///
    /// - Parameter rows: row 0; row i starts `i * depth` floats later.
    @inline(__always)
    package static func squaredDistances(
        _ rows: UnsafePointer<Float>, at indices: UnsafePointer<Int32>, count: Int, to vector: UnsafePointer<Float>,
        depth: Int, into distances: UnsafeMutablePointer<Double>
    ) {
        kindred_squared_distances_at(rows, indices, count, vector, depth, distances)
    }

    /// Adds a vector, times `weight`, to sums in double precision.
    @inline(__always)
    package static func accumulate(
        _ sums: UnsafeMutablePointer<Double>, _ values: UnsafePointer<Float>, weight: Double = 1, count: Int
    ) {
        kindred_accumulate(sums, values, weight, count)
    }
}

extension RowKernel {
    /// Adds rows here and there to sums in double precision, one after another.
    ///
    /// - Parameters:
    ///   - rows: row 0; row i starts `i * depth` floats later.
    ///   - weights: how much each row counts; 1 where there are none.
    ///   - sign: 1, or −1 to take them away.
    @inline(__always)
    package static func accumulate(
        _ sums: UnsafeMutablePointer<Double>, _ rows: UnsafePointer<Float>, at indices: UnsafeBufferPointer<Int32>,
        weights: UnsafePointer<Double>?, sign: Double, depth: Int
    ) {
        guard let start = indices.baseAddress else { return }
        kindred_accumulate_at(sums, rows, start, indices.count, weights, sign, depth)
    }
}

/// A row of flags, one bit for each column.
package struct BitRow: Sendable {
    private var words: [UInt64]

    package init(count: Int) { words = [UInt64](repeating: 0, count: (count + 63) / 64) }

    @inline(__always)
    mutating func withWords<R>(_ body: (UnsafeMutablePointer<UInt64>?) -> R) -> R {
        words.withUnsafeMutableBufferPointer { body($0.baseAddress) }
    }

    /// Sets a flag.
    @inline(__always)
    package mutating func set(_ index: Int) { words[index / 64] |= 1 << UInt64(index % 64) }

    /// Takes a flag away.
    @inline(__always)
    package mutating func clear(_ index: Int) { words[index / 64] &= ~(1 << UInt64(index % 64)) }

    /// The number of flags set in the words of the first `count`.
    @inline(__always)
    package func setCount(count: Int) -> Int {
        (0..<(count + 63) / 64).reduce(0) { $0 + words[$1].nonzeroBitCount }
    }

    /// Calls `body` with the index of each flag that is set among the first `count`, ascending.
    @inline(__always)
    package func forEachSet(count: Int, _ body: (Int) -> Void) {
        for word in 0..<(count + 63) / 64 {
            var bits = words[word]
            while bits != 0 {
                body(word * 64 + bits.trailingZeroBitCount)
                bits &= bits - 1
            }
        }
    }

    /// Keeps only the flags that are set in `other`, too.
    @inline(__always)
    package mutating func formIntersection(_ other: BitRow, count: Int) {
        for word in 0..<(count + 63) / 64 { words[word] &= other.words[word] }
    }
}
