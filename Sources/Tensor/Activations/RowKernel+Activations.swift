private import CKernels

/// The sum of a row and of its squares, in double precision: what its mean and variance follow from.
package struct RowMoments: Sendable {
    package var sum = 0.0
    package var squares = 0.0

    package init() {}

    /// Adds the moments of another part of the row.
    mutating func add(_ other: RowMoments) {
        sum += other.sum
        squares += other.squares
    }

    @inline(__always)
    fileprivate mutating func withPointer<R>(_ body: (UnsafeMutablePointer<Double>) -> R) -> R {
        withUnsafeMutablePointer(to: &self) { moments in
            moments.withMemoryRebound(to: Double.self, capacity: 2) { body($0) }
        }
    }
}

/// One row at a time, for layers whose rows are still in the cache.
extension RowKernel {
    /// Applies `activation` to `count` numbers; `to` may be `from`.
    @inline(__always)
    package static func apply(
        _ activation: Activation, _ from: UnsafePointer<Float>, into to: UnsafeMutablePointer<Float>, count: Int
    ) {
        kindred_map(from, to, count, activation.kernel)
    }

    /// activation(values + bias), in place.
    @inline(__always)
    package static func addBias(
        _ values: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>?, _ activation: Activation, count: Int
    ) {
        kindred_bias_activation(values, bias, count, activation.kernel)
    }

    /// activation(values + bias) + residual, in place.
    @inline(__always)
    package static func addBias(
        _ values: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>?, _ activation: Activation,
        residual: UnsafePointer<Float>, count: Int
    ) {
        kindred_bias_residual(values, bias, residual, count, activation.kernel, nil)
    }

    /// activation(values + bias) + residual, in place; adds the moments of the result to `moments`.
    ///
    /// A row may come in parts, always in the same ones: the moments' bits depend on how it is cut.
    @inline(__always)
    package static func addBias(
        _ values: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>?, _ activation: Activation,
        residual: UnsafePointer<Float>, count: Int, moments: inout RowMoments
    ) {
        moments.withPointer { kindred_bias_residual(values, bias, residual, count, activation.kernel, $0) }
    }

    /// Adds the moments of `count` numbers to `moments`.
    @inline(__always)
    package static func addMoments(of values: UnsafePointer<Float>, count: Int, to moments: inout RowMoments) {
        moments.withPointer { kindred_moments(values, count, $0) }
    }

    /// (from − mean) / √(variance + epsilon) · weight + bias, with mean and variance from the row's moments; `to` may
    /// be `from`.
    @inline(__always)
    package static func normalize(
        _ from: UnsafePointer<Float>, into to: UnsafeMutablePointer<Float>, count: Int, moments: RowMoments,
        weight: UnsafePointer<Float>?, bias: UnsafePointer<Float>?, epsilon: Double
    ) {
        var moments = moments
        moments.withPointer { kindred_normalize(from, to, count, $0, weight, bias, epsilon) }
    }

    /// Softmax of `count` numbers, of those that `kept` marks when given, after adding `added`; `to` may be `from`.
    @inline(__always)
    package static func softmax(
        _ from: UnsafePointer<Float>, into to: UnsafeMutablePointer<Float>, count: Int,
        added: UnsafePointer<Float>? = nil, kept: UnsafePointer<UInt8>? = nil
    ) {
        kindred_softmax(from, to, count, added, kept)
    }
}
