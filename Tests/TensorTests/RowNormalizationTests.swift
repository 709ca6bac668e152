import Foundation
import Tensor
import Testing
import _TestSupport

/// Softmax, log-sum-exp, layer normalization, and bias + activation + residual.
@Suite(.serialized) struct RowNormalizationTests {
    static let lengths = [1, 3, 15, 16, 17, 63, 64, 65, 200, 1500]

    func naiveSoftmax(_ x: some Sequence<Float>, kept: [Bool]? = nil, added: [Float]? = nil) -> [Double] {
        let x = x.enumerated().map { (kept?[$0] ?? true) ? Double($1) + Double(added?[$0] ?? 0) : -.infinity }
        let largest = x.max() ?? 0
        guard largest > -.infinity else { return x.map { _ in 0 } }
        let sum = x.reduce(0) { $0 + exp($1 - largest) }
        return x.map { exp($0 - largest) / sum }
    }

    @Test(
        "softmax is that of the definition, rows add up to one, and every level gives the same bits", arguments: lengths
    )
    func softmax(length: Int) {
        let x = randomMatrix(rows: 9, columns: length, seed: 1)
        var random = RandomSource(seed: 2)
        let kept = (0..<9 * length).map { _ in random.integer(below: 3) > 0 }
        let added = randomMatrix(rows: 1, columns: length, seed: 3).elements
        let (plain, masked, shifted) = (
            x.softmax(), x.softmax(mask: .kept(kept)), x.softmax(mask: .added(added))
        )
        for row in 0..<9 {
            let marks = Array(kept[row * length..<(row + 1) * length])
            for (actual, expected) in [
                (plain, naiveSoftmax(x.row(row))), (masked, naiveSoftmax(x.row(row), kept: marks)),
                (shifted, naiveSoftmax(x.row(row), added: added)),
            ] {
                expectClose(
                    Array(actual.row(row)), expected.map { Float($0) }, relativeTolerance: 1e-6,
                    absoluteTolerance: 1e-37)
                let sum = actual.row(row).reduce(0.0) { $0 + Double($1) }
                #expect(abs(sum - (expected.contains { $0 > 0 } ? 1 : 0)) < 1e-5)
            }
            for (mark, weight) in zip(marks, masked.row(row)) where !mark { #expect(weight == 0) }
        }
        expectSameBits { x.softmax().elements }
        expectSameBits { x.softmax(mask: .kept(kept)).elements }
        expectSameBits { x.softmax(mask: .added(added)).elements }
        var inPlace = x
        inPlace.formSoftmax(mask: .kept(kept))
        #expect(inPlace == masked)
        var target = Matrix(rows: 9, columns: length)
        x.formSoftmax(mask: .kept(kept), into: &target)
        #expect(target == masked)
    }

    @Test("a row of which nothing is kept becomes zeros, and NaN spreads over its row only")
    func extremes() {
        let nothing = [Bool](repeating: false, count: 20)
        let x = randomMatrix(rows: 3, columns: 20, seed: 4)
        #expect(x.softmax(mask: .kept(nothing)).elements.allSatisfy { $0 == 0 })
        #expect(x.logSumExp(mask: .kept(nothing)) == [-.infinity, -.infinity, -.infinity])
        #expect(Matrix(rows: 1, columns: 20, repeating: -.infinity).softmax().elements.allSatisfy { $0 == 0 })
        var broken = x
        broken[1, 7] = .nan
        let result = broken.softmax()
        #expect(result.row(1).allSatisfy { $0.isNaN })
        #expect(Array(result.row(0)) == Array(x.softmax().row(0)))
        #expect(broken.logSumExp().map(\.isNaN) == [false, true, false])
        #expect(Matrix(rows: 1, columns: 17, repeating: .nan).softmax().elements.allSatisfy { $0.isNaN })
        // NaN that is masked out does no harm.
        let marks = (0..<20).map { $0 != 7 }
        #expect(!broken.softmax(mask: .kept(marks)).elements.contains { $0.isNaN })
        // Large scores neither overflow nor vanish.
        #expect(Matrix([[3e38, 3e38]]).softmax() == Matrix([[0.5, 0.5]]))
        #expect(Matrix([[.infinity, 0]]).logSumExp() == [.infinity])
        #expect(Matrix([[-1e30, -1e30]]).logSumExp() == [-1e30])
        #expect(Matrix(rows: 3, columns: 0).softmax().rows == 3)
    }

    @Test("log-sum-exp is that of the definition", arguments: lengths)
    func logSumExp(length: Int) {
        let x = randomMatrix(rows: 5, columns: length, seed: 5, offset: 50)
        let expected = (0..<5).map { row in Float(log(x.row(row).reduce(0.0) { $0 + exp(Double($1)) })) }
        expectClose(x.logSumExp(), expected, relativeTolerance: 3e-7, absoluteTolerance: 0)
        expectSameBits { x.logSumExp() }
    }

    func naiveNormalization(_ x: [Float], _ weight: [Float], _ bias: [Float], _ epsilon: Double) -> [Float] {
        let mean = x.reduce(0.0) { $0 + Double($1) } / Double(x.count)
        let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count)
        return x.indices.map {
            Float((Double(x[$0]) - mean) / (variance + epsilon).squareRoot() * Double(weight[$0]) + Double(bias[$0]))
        }
    }

    @Test(
        "layer normalization is right to 10⁻⁶, far from zero too, with the same bits at every level", arguments: lengths
    )
    func layerNormalization(length: Int) {
        let weight = NDArray(shape: [length], values: randomMatrix(rows: 1, columns: length, seed: 6).elements)
        let bias = NDArray(shape: [length], values: randomMatrix(rows: 1, columns: length, seed: 7).elements)
        for offset in [0, 1000] as [Float] {
            let x = randomMatrix(rows: 11, columns: length, seed: 8, offset: offset)
            let result = x.layerNormalized(weight: weight, bias: bias)
            let plain = x.layerNormalized(epsilon: 1e-12)
            for row in 0..<11 {
                let expected = naiveNormalization(
                    Array(x.row(row)), Matrix(weight.reshaped(to: [1, length])).elements,
                    Matrix(bias.reshaped(to: [1, length])).elements, 1e-5)
                expectClose(Array(result.row(row)), expected, relativeTolerance: 1e-6, absoluteTolerance: 1e-6)
                guard length > 1 else { continue }
                #expect(abs(plain.row(row).reduce(0.0) { $0 + Double($1) }) < 1e-5 * Double(length))
                let squares = plain.row(row).reduce(0.0) { $0 + Double($1) * Double($1) }
                #expect(abs(squares / Double(length) - 1) < 1e-5)
            }
            expectSameBits { x.layerNormalized(weight: weight, bias: bias).elements }
            expectSameBits { x.layerNormalized(weight: weight).elements }
            expectSameBits { x.layerNormalized(bias: bias).elements }
            var inPlace = x
            inPlace.layerNormalize(weight: weight, bias: bias)
            #expect(inPlace == result)
            var target = Matrix(rows: 11, columns: length)
            x.layerNormalize(weight: weight, bias: bias, into: &target)
            #expect(target == result)
        }
        #expect(Matrix(rows: 2, columns: length, repeating: 7).layerNormalized().elements.allSatisfy { $0 == 0 })
    }

    @Test("bias, activation and residual in one pass are the steps one by one", arguments: lengths)
    func fused(length: Int) {
        let x = randomMatrix(rows: 7, columns: length, seed: 9)
        let residual = randomMatrix(rows: 7, columns: length, seed: 10)
        let bias = NDArray(shape: [length], values: randomMatrix(rows: 1, columns: length, seed: 11).elements)
        for activation in Activation.allCases {
            let sums = Matrix(rows: 7, columns: length) { buffer in
                for row in 0..<7 {
                    for j in 0..<length { buffer[row * length + j] = x[row, j] + bias[j] }
                }
            }
            let activated = sums.applying(activation)
            var result = x
            result.add(bias: bias, activation: activation)
            #expect(result == activated)
            result = x
            result.add(bias: bias, activation: activation, residual: residual)
            #expect(result.elements == zip(activated.elements, residual.elements).map { $0 + $1 })
            result = x
            result.add(bias: nil, activation: activation, residual: residual)
            #expect(result.elements == zip(x.applying(activation).elements, residual.elements).map { $0 + $1 })
        }
    }

    @Test("the moments that come with the residual lead to the same normalization", arguments: lengths)
    func moments(length: Int) {
        let x = randomMatrix(rows: 1, columns: length, seed: 12)
        let residual = randomMatrix(rows: 1, columns: length, seed: 13).elements
        let bias = randomMatrix(rows: 1, columns: length, seed: 14).elements
        var sum = x
        sum.add(bias: NDArray(shape: [length], values: bias), activation: .sigmoid, residual: Matrix([residual]))
        let expected = sum.layerNormalized(epsilon: 1e-3).elements
        for measured in atEachLevel({ () -> [Float] in
            var values = x.elements
            var moments = RowMoments()
            RowKernel.addBias(&values, bias, .sigmoid, residual: residual, count: length, moments: &moments)
            var normalized = values
            RowKernel.normalize(
                values, into: &normalized, count: length, moments: moments, weight: nil, bias: nil, epsilon: 1e-3)
            return normalized
        }) { #expect(measured == expected) }
    }

    struct Golden: Decodable {
        let rows, columns: Int
        let values, weight, bias, added: [Float]
        let kept: [Bool]
        let softmax, softmaxKept, softmaxAdded, logSumExp: [Float]
        let layerNorm, layerNormPlain, layerNormFar, biasGELUResidual: [Float]
    }

    @Test("rows agree with PyTorch's")
    func torch() throws {
        let golden = try golden("rows.json", as: Golden.self)
        let shape = [golden.rows, golden.columns]
        let x = NDArray(shape: shape, values: golden.values)
        func array(_ values: [Float]) -> NDArray { NDArray(shape: [values.count], values: values) }
        func elements(_ array: NDArray) -> [Float] { Matrix(array).elements }
        expectClose(elements(x.softmax()), golden.softmax, relativeTolerance: 2e-6, absoluteTolerance: 1e-30)
        expectClose(
            elements(x.softmax(mask: .kept(golden.kept))), golden.softmaxKept, relativeTolerance: 2e-6,
            absoluteTolerance: 1e-30)
        expectClose(
            elements(x.softmax(mask: .added(golden.added))), golden.softmaxAdded, relativeTolerance: 2e-6,
            absoluteTolerance: 1e-30)
        expectClose(x.logSumExp(), golden.logSumExp, relativeTolerance: 1e-6, absoluteTolerance: 0)
        expectClose(
            elements(x.layerNormalized(weight: array(golden.weight), bias: array(golden.bias))), golden.layerNorm,
            relativeTolerance: 1e-6, absoluteTolerance: 1e-6)
        expectClose(
            elements(x.layerNormalized(epsilon: 1e-12)), golden.layerNormPlain, relativeTolerance: 1e-6,
            absoluteTolerance: 1e-6)
        let far = NDArray(shape: shape, values: golden.values.map { $0 + 1000 })
        expectClose(
            elements(far.layerNormalized()), golden.layerNormFar, relativeTolerance: 1e-6, absoluteTolerance: 1e-6)
        var fused = x
        fused.add(
            bias: array(golden.bias), activation: .gelu, residual: NDArray(shape: shape, values: golden.added))
        expectClose(elements(fused), golden.biasGELUResidual, relativeTolerance: 1e-6, absoluteTolerance: 1e-6)
    }
}
