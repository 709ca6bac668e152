import Tensor
import Testing
import _TestSupport

@Suite struct WinogradTests {
    /// The largest error relative to the root mean square of the true outputs.
    func error(_ result: NDArray, _ expected: [Double]) -> Double {
        let worst = zip(result.elements, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
        let mean = expected.reduce(0) { $0 + $1 * $1 } / Double(max(1, expected.count))
        return worst == 0 ? 0 : worst / mean.squareRoot()
    }

    static let methods: [(Convolution2D.Method, Double)] = [(.winograd2, 1e-5), (.winograd4, 3e-5)]

    @Test("pictures of every size agree with the definition, edges and padding included", arguments: methods)
    func sizes(method: Convolution2D.Method, tolerance: Double) throws {
        for (index, padding) in [0, 1, Padding2D(top: 2, left: 0, bottom: 1, right: 7)].enumerated() {
            for (n, h, w, inputs, outputs) in [
                (1, 3, 3, 1, 1), (2, 4, 5, 3, 2), (3, 9, 6, 17, 33), (1, 12, 31, 16, 70), (1, 1, 2, 5, 4),
                (2, 40, 30, 5, 6),
            ] where padding != 0 || h >= 3 {
                let layer = try Convolution2D(
                    weights: randomArray([outputs, inputs, 3, 3], seed: UInt64(index)),
                    bias: randomArray([outputs], seed: 1), padding: padding, activation: .relu, method: method)
                let input = randomArray([n, h, w, inputs], seed: 2)
                let found = error(try layer.apply(to: input), try ConvolutionTwin.double(input, layer))
                #expect(found <= tolerance, "\(input.shape), padding \(padding)")
            }
        }
    }

    @Test("many channels stay far below the stated error, for centred and for positive numbers", arguments: methods)
    func manyChannels(method: Convolution2D.Method, tolerance: Double) throws {
        let weights = randomArray([24, 512, 3, 3], seed: 1)
        let layer = try Convolution2D(weights: weights, method: method)
        let centred = randomArray([1, 6, 6, 512], seed: 2)
        let positive = NDArray(shape: centred.shape, values: centred.elements.map { abs($0) })
        for input in [centred, positive] {
            let found = error(try layer.apply(to: input), try ConvolutionTwin.double(input, layer))
            #expect(found > 0 && found <= tolerance && found <= Convolution2D.winogradTolerance)
        }
    }

    @Test("whole numbers that F(2 × 2) handles exactly come out exact")
    func exactNumbers() throws {
        var random = RandomSource(seed: 3, stage: "exact")
        func whole(_ shape: [Int], _ factor: Float) -> NDArray {
            NDArray(
                shape: shape,
                values: (0..<shape.reduce(1, *)).map { _ in factor * Float(Int(random.uniform(in: -9..<9))) })
        }
        let layer = try Convolution2D(
            weights: whole([20, 18, 3, 3], 4), bias: whole([20], 1), padding: 1, method: .winograd2)
        let input = whole([2, 7, 9, 18], 1)
        #expect(try layer.apply(to: input).elements.map(Double.init) == (try ConvolutionTwin.double(input, layer)))
    }

    @Test("the automatic method is Winograd's, except for weights that overflow when they are transformed")
    func fallback() throws {
        // Other bits than the definition's, within the tolerance.
        let ordinary = try Convolution2D(weights: randomArray([32, 32, 3, 3], seed: 3), padding: 1)
        let picture = randomArray([1, 16, 16, 32], seed: 4)
        let result = try ordinary.apply(to: picture)
        #expect(result.bits != (try ConvolutionTwin.chain(picture, ordinary)).bits)
        #expect(error(result, try ConvolutionTwin.double(picture, ordinary)) <= 3e-5)
        let huge = try Convolution2D(
            weights: NDArray(shape: [16, 16, 3, 3], repeating: .greatestFiniteMagnitude), padding: 1)
        let zeros = NDArray(shape: [1, 8, 8, 16])
        #expect(try huge.apply(to: zeros).elements.allSatisfy { $0 == 0 })
    }

    @Test("for pictures of a known size the method is chosen for them, and other pictures are right, too")
    func knownSizes() throws {
        let weights = randomArray([32, 32, 3, 3], seed: 1)
        let one = try Convolution2D(weights: weights, padding: 1, pictureSize: 1)
        let small = try Convolution2D(weights: weights, padding: 1, pictureSize: 6)
        let large = try Convolution2D(weights: weights, padding: 1, pictureSize: 40)
        for size in [1, 6, 23] {
            let input = randomArray([1, size, size, 32], seed: 2)
            let bits = try [one, small, large].map { try $0.apply(to: input).bits }
            #expect(bits[0] == (try ConvolutionTwin.chain(input, one)).bits)
            func alike(_ method: Convolution2D.Method) throws -> [UInt32] {
                try Convolution2D(weights: weights, padding: 1, method: method).apply(to: input).bits
            }
            #expect(bits[1] == (try alike(size == 1 ? .direct : .winograd2)))
            #expect(bits[2] == (try alike(size == 1 ? .direct : .winograd4)))
        }
        #expect(throws: TensorError.self) { try Convolution2D(weights: weights, pictureSize: 2) }
    }
}
