private import CKernels

extension RowKernel {
    /// The sum of |a − b| in double precision: the L1 or Manhattan distance.
    @inline(__always)
    package static func manhattanDistance(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int
    ) -> Double {
        kindred_manhattan_distance(a, b, count)
    }

    /// The largest |a − b|: the Chebyshev distance.
    @inline(__always)
    package static func chebyshevDistance(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int
    ) -> Double {
        kindred_chebyshev_distance(a, b, count)
    }

    /// The number of places where a and b differ.
    @inline(__always)
    package static func differing(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Int {
        kindred_differing(a, b, count)
    }

    /// The squared Euclidean distances of a point and `count` rows of `depth` numbers that lie one after another, all in
    /// double precision. The same bits whichever of two rows is the point.
    @inline(__always)
    package static func squaredDistances(
        _ point: UnsafePointer<Double>, _ rows: UnsafePointer<Double>, depth: Int, count: Int,
        into distances: UnsafeMutablePointer<Double>
    ) {
        kindred_squared_distances_f64(point, rows, depth, count, distances)
    }

    /// Goes on collecting the `kept` smallest costs of merging, max(0, ‖x‖² + ‖y‖² − 2 x·y) / (term(x) + term(y)), where
    /// what stands for squared lengths and the terms are given; those of columns `first`, `first` + 1, …. Ascending, ties by
    /// index. Start with ∞ and `Int32.max`.
    @inline(__always)
    package static func collectNearestMerges(
        _ products: UnsafePointer<Float>, rowNorm: Float, rowTerm: Float, columnNorms: UnsafePointer<Float>,
        columnTerms: UnsafePointer<Float>, count: Int, first: Int, kept: Int, best: UnsafeMutablePointer<Float>,
        indices: UnsafeMutablePointer<Int32>
    ) {
        kindred_row_nearest_merges(
            products, rowNorm, rowTerm, columnNorms, columnTerms, count, Int32(first), kept, best, indices)
    }

    /// The numbers of bits in which a code differs from each of `count` codes of equal length that lie one after another.
    @inline(__always)
    package static func hammingDistances(
        _ code: UnsafePointer<UInt64>, _ codes: UnsafePointer<UInt64>, words: Int, count: Int,
        into distances: UnsafeMutablePointer<UInt32>
    ) {
        kindred_hamming_distances(code, codes, words, count, distances)
    }

    /// The squared distances, in double precision, of a point and `count` others of few dimensions, whose coordinates lie
    /// dimension by dimension.
    ///
    /// - Parameters:
    ///   - count: a multiple of 16.
    ///   - depth: the number of dimensions, 1 … 8.
    @inline(__always)
    package static func squaredDistances(
        fromColumns columns: UnsafePointer<Float>, to point: UnsafePointer<Float>, count: Int, depth: Int,
        into distances: UnsafeMutablePointer<Double>
    ) {
        kindred_squared_distances_few(columns, point, count, depth, distances)
    }

    /// Goes on collecting the `kept` smallest squared distances of a row to `count` columns from `first` on: `best`
    /// ascending, ties by index, with their indices. Both start with ∞ and `Int32.max`.
    @inline(__always)
    package static func collectNearest(
        _ products: UnsafePointer<Float>, rowNorm: Float, columnNorms: UnsafePointer<Float>, count: Int, first: Int,
        kept: Int, best: UnsafeMutablePointer<Float>, indices: UnsafeMutablePointer<Int32>
    ) {
        kindred_row_nearest(products, rowNorm, columnNorms, count, Int32(first), kept, best, indices)
    }

    /// Flags the columns whose squared distance is at most `high`, and as unsure those of them for which it is above `low`.
    ///
    /// - Returns: the number of flags set in `within`.
    @inline(__always)
    package static func flagWithin(
        _ products: UnsafePointer<Float>, rowNorm: Float, columnNorms: UnsafePointer<Float>, count: Int, low: Float,
        high: Float, within: inout BitRow, unsure: inout BitRow
    ) -> Int {
        within.withWords { within in
            unsure.withWords { kindred_row_within(products, rowNorm, columnNorms, count, low, high, within, $0) }
        }
    }

    /// Flags the columns whose squared distance, whose core and the row's `core` are all below the larger of `limit` and
    /// the column's limit.
    ///
    /// - Returns: the number of flags set.
    @inline(__always)
    package static func belowLimits(
        _ products: UnsafePointer<Float>, rowNorm: Float, columnNorms: UnsafePointer<Float>,
        cores: UnsafePointer<Float>, core: Float, limit: Float, limits: UnsafePointer<Float>, count: Int,
        flags: inout BitRow
    ) -> Int {
        flags.withWords {
            kindred_row_below_limits(products, rowNorm, columnNorms, cores, core, limit, limits, count, $0)
        }
    }

    /// target + factor · values, in place, each rounded once.
    @inline(__always)
    package static func add(
        _ factor: Float, times values: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
    ) {
        kindred_add_scaled(target, values, factor, count)
    }

    /// The smallest of `count` values and the lowest index where it stands; `nil` when there is none. NaN is passed over.
    @inline(__always)
    package static func smallest(_ values: UnsafePointer<Float>, count: Int) -> (value: Float, index: Int)? {
        var value = Float.infinity
        let index = Int(kindred_row_argmin(values, count, &value))
        return index < 0 ? nil : (value, index)
    }
}

/// The k smallest or largest of the values seen so far, with their indices; ties go to the lower index, NaN is passed over.
///
/// Values come in tiles, in any order. Once k have been seen, most are rejected sixteen at a time by one comparison.
package struct TopValues: Sendable {
    /// Which end is wanted.
    package enum Order: Sendable { case smallest, largest }

    private let sign: Float
    private var keys: [Float]
    private var places: [Int32]

    package init(_ order: Order, count: Int) {
        precondition(count >= 0, "the \(count) best values")
        sign = order == .smallest ? 1 : -1
        keys = [Float](repeating: .infinity, count: count)
        places = [Int32](repeating: .max, count: count)
    }

    /// Goes on with values that belong to the indices from `first` on.
    package mutating func update(_ values: UnsafePointer<Float>, count: Int, first: Int) {
        kindred_row_smallest(values, sign, count, Int32(first), keys.count, &keys, &places)
    }

    /// How many have been found: k once as many values have been seen.
    package var count: Int { places.firstIndex(of: .max) ?? places.count }
    /// The values, best first.
    package var values: [Float] { keys.prefix(count).map { $0 * sign } }
    /// Where they stood.
    package var indices: [Int] { places.prefix(count).map { Int($0) } }
    /// A value must not be worse than this to be taken.
    package var threshold: Float { (keys.last ?? -.infinity) * sign }
}
