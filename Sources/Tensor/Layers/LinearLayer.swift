/// activation(x · Wᵀ + b) for each row x: a layer whose weights are packed once, when it is made.
///
/// Bias and activation are applied to each tile of products while it lies in the cache. A row's result has the same bits
/// whatever the other rows are, for any number of threads and at any SIMD level.
///
/// ```swift
/// let layer = LinearLayer(weights: weights, bias: bias, activation: .gelu)
/// let hidden = layer.apply(to: tokens)            // [n × inputs] → [n × outputs]
/// ```
public struct LinearLayer: Sendable {
    /// In which numbers products are computed.
    public enum Precision: String, Sendable, CaseIterable, Codable {
        /// 32-bit floats.
        case float32
        /// Whole numbers of eight bits: weights are rounded for each output, inputs for each row, both symmetrically about
        /// zero. About four times as fast on processors with VNNI; on others the layer computes in ``float32``.
        case int8
    }

    /// The number of features of an input row.
    public let inputs: Int
    /// The number of features of an output row.
    public let outputs: Int
    /// What is applied to each output.
    public let activation: Activation
    let bias: FloatStorage?
    let weights: Weights

    enum Weights: Sendable {
        case float32(PackedColumns)
        case int8(QuantizedColumns, inputFactors: FloatStorage?)
    }

    /// A layer with given weights.
    ///
    /// - Parameters:
    ///   - weights: `[outputs × inputs]`, a row for each output, as PyTorch's `nn.Linear` keeps them.
    ///   - bias: `[outputs]`, one number for each output; none when `nil`.
    ///   - activation: what is applied to each output.
    ///   - precision: the numbers to compute in.
    ///   - inputRanges: for ``Precision/int8``, the largest magnitude of each input feature in sample data. Features that
    ///     range far are then scaled down, and their weights up, by √(range of the input / range of its weights), so that
    ///     they do not coarsen the others.
    /// - Precondition: `bias` has the shape `[outputs]`, and `inputRanges` as many numbers as there are inputs.
    /// - Complexity: O(inputs · outputs).
    /// - Reference: Xiao et al., SmoothQuant, ICML 2023, arXiv:2211.10438.
    public init(
        weights: Matrix, bias: NDArray? = nil, activation: Activation = .identity, precision: Precision = .float32,
        inputRanges: [Float]? = nil
    ) {
        precondition(
            bias.map { $0.shape == [weights.rows] } ?? true,
            "a bias of shape \(bias?.shape ?? []) for \(weights.rows) outputs")
        inputs = weights.columns
        outputs = weights.rows
        self.activation = activation
        self.bias = bias?.storage
        guard precision == .int8, Self.computesInt8, weights.columns <= QuantizedRows.maximumDepth else {
            self.weights = .float32(PackedColumns(rowsOf: weights))
            return
        }
        guard let inputRanges else {
            self.weights = .int8(QuantizedColumns(rowsOf: weights), inputFactors: nil)
            return
        }
        precondition(inputRanges.count == weights.columns, "\(inputRanges.count) ranges for \(weights.columns) inputs")
        let factors = Self.migration(inputRanges, weights)
        var scaled = weights
        scaled.withUnsafeMutableBufferPointer { scaled in
            for index in scaled.indices { scaled[index] /= factors[index % factors.count] }
        }
        self.weights = .int8(QuantizedColumns(rowsOf: scaled), inputFactors: Self.storage(factors))
    }

    /// Whether this processor computes ``Precision/int8`` as such.
    public static var computesInt8: Bool { SIMDLevel.multipliesBytes }

    /// The numbers that the layer computes in: what was asked for, or ``Precision/float32`` where the processor lacks it.
    public var precision: Precision {
        switch weights {
        case .float32: .float32
        case .int8: .int8
        }
    }

    static func storage(_ values: [Float]) -> FloatStorage {
        let storage = FloatStorage(uninitializedCount: values.count)
        _ = UnsafeMutableBufferPointer(start: storage.start, count: values.count).update(fromContentsOf: values)
        return storage
    }

    /// What each input feature is multiplied with, and its weights divided by.
    private static func migration(_ ranges: [Float], _ weights: Matrix) -> [Float] {
        var largest = [Float](repeating: 0, count: ranges.count)
        for row in 0..<weights.rows {
            for (column, value) in weights.row(row).enumerated() { largest[column] = max(largest[column], abs(value)) }
        }
        return zip(ranges, largest).map { range, weight in
            let factor = (weight / range).squareRoot()
            // Features that are always zero, or never used, stay as they are.
            return factor.isNormal ? factor : 1
        }
    }

    /// The outputs for the rows of `input` `[n × inputs]`, plus `residual` if there is one: `[n × outputs]`.
    ///
    /// - Parameters:
    ///   - input: the rows.
    ///   - residual: what is added after the activation, `[n × outputs]`.
    /// - Precondition: the shapes agree.
    /// - Complexity: O(n · inputs · outputs).
    public func apply(to input: Matrix, adding residual: Matrix? = nil) -> Matrix {
        Matrix(rows: input.rows, columns: outputs) { run(input, residual, into: $0) }
    }

    /// As ``apply(to:adding:)``, into a matrix whose memory is used again when it has the right shape.
    public func apply(to input: Matrix, adding residual: Matrix? = nil, into output: inout Matrix) {
        if output.rows != input.rows || output.columns != outputs {
            output = Matrix(rows: input.rows, columns: outputs) { _ in }
        }
        // What others share with the output is copied first, so that the input and the residual stay as they are.
        output.withUnsafeMutableBufferPointer { run(input, residual, into: $0) }
    }

    private func run(_ input: Matrix, _ residual: Matrix?, into target: UnsafeMutableBufferPointer<Float>) {
        precondition(input.columns == inputs, "\(input) into a layer of \(inputs) inputs")
        if let residual {
            precondition(residual.rows == input.rows && residual.columns == outputs, "\(residual) as residual")
        }
        input.withUnsafeBufferPointer { source in
            guard let target = target.baseAddress else { return }
            // Without inputs there is nothing to read: any address will do.
            withOptional(residual) { residual in
                apply(
                    to: source.baseAddress ?? UnsafePointer(target), rows: input.rows, residual: residual, into: target)
            }
        }
    }

    /// The outputs for `rows` rows that lie `inputStride` apart, into rows of `target` that lie `outputStride` apart: by
    /// default one after another.
    ///
    /// - Parameters:
    ///   - residual: what is added, laid out as the outputs; not their own memory.
    ///   - moments: receives each row's moments, for the normalisation that follows.
    package func apply(
        to source: UnsafePointer<Float>, inputStride: Int? = nil, rows: Int, residual: UnsafePointer<Float>? = nil,
        moments: UnsafeMutablePointer<RowMoments>? = nil, into target: UnsafeMutablePointer<Float>,
        outputStride: Int? = nil
    ) {
        let (inputStride, outputStride) = (inputStride ?? inputs, outputStride ?? outputs)
        precondition(residual != UnsafePointer(target), "products would overwrite what is to be added")
        // Products of bytes take a quarter of the time, so weights should be read from afar more rarely, where there are
        // rows enough to keep all threads busy.
        let tall = precision == .int8 && rows >= 4 * ProductTiling.rows
        let plan = ProductPlan(
            rows: rows, columns: outputs, depth: inputs, tallestTile: (tall ? 2 : 1) * ProductTiling.rows)
        let parts = plan.columnTileCount
        var partial = [RowMoments](repeating: RowMoments(), count: moments == nil ? 0 : rows * parts)
        partial.withUnsafeMutableBufferPointer { partial in
            nonisolated(unsafe) let partial = partial
            let start = bias.map { UnsafePointer($0.start) }
            // Products of bytes come with their bias.
            let added = precision == .int8 ? nil : start
            let finish = { (rows: Range<Int>, columns: Range<Int>) in
                let bias = added.map { $0 + columns.lowerBound }
                for row in rows {
                    let offset = row * outputStride + columns.lowerBound
                    let values = target + offset
                    if let residual, moments != nil {
                        RowKernel.addBias(
                            values, bias, activation, residual: residual + offset, count: columns.count,
                            moments: &partial[row * parts + columns.lowerBound / plan.columnTile])
                    } else if let residual {
                        RowKernel.addBias(values, bias, activation, residual: residual + offset, count: columns.count)
                    } else {
                        if bias != nil || activation != .identity {
                            RowKernel.addBias(values, bias, activation, count: columns.count)
                        }
                        if moments != nil {
                            RowKernel.addMoments(
                                of: values, count: columns.count,
                                to: &partial[row * parts + columns.lowerBound / plan.columnTile])
                        }
                    }
                }
            }
            switch weights {
            case .float32(let packed):
                plan.run(
                    left: { _ in source }, leftStride: inputStride, packed: { _ in packed.start(ofColumn: 0) },
                    into: { _ in target }, targetStride: outputStride,
                    epilogue: { _, rows, columns in finish(rows, columns) })
            case .int8(let packed, let factors):
                let quantized = QuantizedRows(
                    source, stride: inputStride, rows: rows, depth: inputs, factors: factors)
                let isFinished = activation == .identity && residual == nil && moments == nil
                packed.forEachTile(
                    of: plan, with: quantized, bias: start, into: target, stride: outputStride,
                    epilogue: isFinished ? nil : finish)
            }
            guard let moments else { return }
            for row in 0..<rows {
                moments[row] = partial[row * parts..<(row + 1) * parts].reduce(into: RowMoments()) { $0.add($1) }
            }
        }
    }
}
