import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct LinearLayerTests {
    static let shapes = [(1, 1, 1), (0, 5, 3), (3, 0, 4), (50, 64, 192), (130, 129, 257), (15, 768, 33)]

    /// What the layer should give, one number after another.
    private func naive(
        _ input: Matrix, _ weights: Matrix, _ bias: [Float]?, _ activation: Activation, residual: Matrix? = nil
    ) -> Matrix {
        var result = Matrix(rows: input.rows, columns: weights.rows)
        for i in 0..<input.rows {
            for j in 0..<weights.rows {
                let sum = zip(input.row(i), weights.row(j)).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                let x = sum + Double(bias?[j] ?? 0)
                let y: Double =
                    switch activation {
                    case .relu: max(0, x)
                    case .identity: x
                    default: fatalError("no twin for \(activation)")
                    }
                result[i, j] = Float(y + Double(residual?[i, j] ?? 0))
            }
        }
        return result
    }

    @Test("a layer multiplies, adds its bias, activates and adds the residual", arguments: shapes)
    func layer(rows: Int, inputs: Int, outputs: Int) {
        let input = randomMatrix(rows: rows, columns: inputs, seed: 1)
        let weights = randomMatrix(rows: outputs, columns: inputs, seed: 2)
        let bias = Array(randomMatrix(rows: 1, columns: outputs, seed: 3).row(0))
        let residual = randomMatrix(rows: rows, columns: outputs, seed: 4)
        for activation in [Activation.identity, .relu] {
            for bias in [nil, bias] {
                let layer = LinearLayer(weights: weights, bias: bias.map { NDArray($0) }, activation: activation)
                expectClose(
                    layer.apply(to: input), naive(input, weights, bias, activation), relativeTolerance: 1e-4,
                    absoluteTolerance: 1e-4)
                expectClose(
                    layer.apply(to: input, adding: residual),
                    naive(input, weights, bias, activation, residual: residual),
                    relativeTolerance: 1e-4, absoluteTolerance: 1e-4)
            }
        }
        // The activations themselves have tests of their own: here, that they are applied after the bias.
        let gelu = LinearLayer(weights: weights, bias: NDArray(bias), activation: .gelu).apply(to: input)
        #expect(gelu == LinearLayer(weights: weights, bias: NDArray(bias)).apply(to: input).applying(.gelu))
    }

    @Test(
        "a row's bits depend on no other row, on no thread and on no SIMD level",
        arguments: LinearLayer.Precision.allCases)
    func bits(precision: LinearLayer.Precision) {
        let input = randomMatrix(rows: 150, columns: 77, seed: 5)
        let weights = randomMatrix(rows: 200, columns: 77, seed: 6)
        let bias = Array(randomMatrix(rows: 1, columns: 200, seed: 7).row(0))
        let layer = LinearLayer(weights: weights, bias: NDArray(bias), activation: .quickGELU, precision: precision)
        let whole = layer.apply(to: input)
        for range in [0..<1, 149..<150, 13..<101] {
            #expect(layer.apply(to: input.rows(in: range)) == whole.rows(in: range))
        }
        let level = SIMDLevel.current
        defer { level.use() }
        for other in SIMDLevel.available {
            other.use()
            for result in withThreadCounts({ layer.apply(to: input) }) { #expect(result == whole) }
        }
    }

    @Test("a layer writes into memory that is used again, and changes nothing that shares it")
    func memory() {
        let weights = randomMatrix(rows: 40, columns: 24, seed: 1)
        let layer = LinearLayer(weights: weights, activation: .gelu)
        let (input, residual) = (
            randomMatrix(rows: 9, columns: 24, seed: 2), randomMatrix(rows: 9, columns: 40, seed: 3)
        )
        let expected = layer.apply(to: input, adding: residual)
        var output = Matrix(rows: 1, columns: 1)
        layer.apply(to: input, adding: residual, into: &output)
        let place = output.storage.start
        layer.apply(to: input, adding: residual, into: &output)
        #expect(output == expected && output.storage.start == place)
        // The residual is the output's former self.
        output = residual
        layer.apply(to: input, adding: residual, into: &output)
        #expect(output == expected && residual == randomMatrix(rows: 9, columns: 40, seed: 3))
        layer.apply(to: input.rows(in: 0..<4), into: &output)
        #expect(output == layer.apply(to: input.rows(in: 0..<4)))
    }

    @Test("rows may lie apart from each other", arguments: LinearLayer.Precision.allCases)
    func strides(precision: LinearLayer.Precision) {
        let (rows, inputs, outputs) = (150, 70, 130)
        let input = randomMatrix(rows: rows, columns: inputs + 9, seed: 1)
        let layer = LinearLayer(
            weights: randomMatrix(rows: outputs, columns: inputs, seed: 2), activation: .gelu, precision: precision)
        let wanted = layer.apply(
            to: Matrix(rows: rows, columns: inputs, values: (0..<rows).flatMap { input.row($0).prefix(inputs) }))
        var target = Matrix(rows: rows, columns: outputs + 5)
        target.withUnsafeMutableBufferPointer { target in
            input.withUnsafeBufferPointer { input in
                guard let input = input.baseAddress, let target = target.baseAddress else { return }
                layer.apply(
                    to: input, inputStride: inputs + 9, rows: rows, into: target, outputStride: outputs + 5)
            }
        }
        for row in 0..<rows {
            #expect(target.row(row).prefix(outputs).elementsEqual(wanted.row(row)))
            #expect(target.row(row).dropFirst(outputs).allSatisfy { $0 == 0 })
        }
    }

    @Test("the estimate counts weights, output and what is rounded; it never overflows")
    func estimate() {
        let weights = Matrix(rows: 64, columns: 100)
        let plain = LinearLayer(weights: weights).memoryEstimate(rows: 10)
        #expect(plain.bytes == 64 * 100 * 4 + 10 * 64 * 4)
        let small = LinearLayer(weights: weights, precision: .int8)
        if small.precision == .int8 {
            #expect(small.memoryEstimate(rows: 10).bytes == 64 * 100 + 10 * 64 * 4 + 10 * 100)
        }
        #expect(small.memoryEstimate(rows: .max).bytes == .max)
    }

    @Test("bytes come close to floats; features that range far are migrated into the weights")
    func int8() {
        let weights = randomMatrix(rows: 96, columns: 128, seed: 8)
        var input = randomMatrix(rows: 64, columns: 128, seed: 9)
        let bias = Array(randomMatrix(rows: 1, columns: 96, seed: 10).row(0))
        func error(_ layer: LinearLayer) -> Double {
            let exact = naive(input, weights, bias, .identity)
            let found = layer.apply(to: input)
            let difference = zip(found.elements, exact.elements).reduce(0.0) {
                $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
            }
            return (difference / exact.elements.reduce(0.0) { $0 + Double($1) * Double($1) }).squareRoot()
        }
        let plain = LinearLayer(weights: weights, bias: NDArray(bias), precision: .int8)
        #expect(plain.precision == (LinearLayer.computesInt8 ? .int8 : .float32))
        #expect(error(plain) < 0.015)
        // One feature a hundred times the others coarsens them.
        for row in 0..<64 { input[row, 7] *= 100 }
        let ranges = (0..<128).map { column in (0..<64).map { abs(input[$0, column]) }.max() ?? 0 }
        let migrated = LinearLayer(weights: weights, bias: NDArray(bias), precision: .int8, inputRanges: ranges)
        if LinearLayer.computesInt8 { #expect(error(migrated) < error(plain) / 2) }
        #expect(error(migrated) < 0.015)
    }

    @Test(
        "outputs of bytes are exact sums times both scales",
        arguments: [(0, 5, 3), (3, 0, 4), (5, 3, 0), (31, 77, 33), (460, 1030, 70)])
    func scaledProducts(rows: Int, inputs: Int, outputs: Int) {
        let input = randomMatrix(rows: rows, columns: inputs, seed: 11)
        let weights = randomMatrix(rows: outputs, columns: inputs, seed: 12)
        let (left, right) = (QuantizedRows(input), QuantizedColumns(rowsOf: weights))
        var sums = [Int32](repeating: 0, count: rows * outputs)
        sums.withUnsafeMutableBufferPointer { sums in
            if let start = sums.baseAddress {
                right.products(with: left, in: 0..<outputs, into: start, stride: outputs)
            }
        }
        let layer = LinearLayer(weights: weights, precision: .int8)
        guard layer.precision == .int8 else { return }
        for found in withThreadCounts({ layer.apply(to: input) }) {
            for i in 0..<rows {
                for j in 0..<outputs {
                    #expect(found[i, j] == Float(sums[i * outputs + j]) * (right.scales[j] * left.scales[i]))
                }
            }
        }
    }

    @Test("the greatest product of each row, ties to the lower row")
    func greatestProducts() {
        let points = randomMatrix(rows: 300, columns: 33, seed: 11)
        var others = randomMatrix(rows: 530, columns: 33, seed: 12)
        for column in 0..<33 { others[400, column] = others[20, column] }
        let offsets = others.rowSquaredNorms().map { Float($0 / 2) }
        let nearest = points.greatestProducts(with: others, offsets: offsets)
        for row in 0..<300 {
            let distances = (0..<530).map { other in
                zip(points.row(row), others.row(other)).reduce(0.0) {
                    $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
                }
            }
            let best = distances.indices.min { (distances[$0], $0) < (distances[$1], $1) }
            #expect(Int(nearest.rows[row]) == best)
        }
        #expect(!nearest.rows.contains(400))
    }

    @Test("a layer of floats gives back what it was made of; one of bytes has nothing to give", arguments: shapes)
    func parameters(rows: Int, inputs: Int, outputs: Int) {
        let weights = randomMatrix(rows: outputs, columns: inputs, seed: 21)
        let bias = NDArray(Array(randomMatrix(rows: 1, columns: outputs, seed: 22).row(0)))
        let parameters = LinearLayer(weights: weights, bias: bias).parameters
        #expect(parameters?.weights == weights && parameters?.bias == bias)
        #expect(LinearLayer(weights: weights).parameters?.bias == nil)
        guard inputs > 0 else { return }
        let rounded = LinearLayer(weights: weights, precision: .int8)
        #expect((rounded.parameters == nil) == (rounded.precision == .int8))
    }
}
