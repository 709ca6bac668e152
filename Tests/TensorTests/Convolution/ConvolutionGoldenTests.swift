import Foundation
import Tensor
import Testing
import _TestSupport

/// Against PyTorch, by `Scripts/references/convolution.py`.
@Suite struct ConvolutionGoldenTests {
    struct Values: Decodable {
        let shape: [Int]
        let values: [Float]
        var array: NDArray { NDArray(shape: shape, values: values) }
    }

    struct Goldens: Decodable {
        struct Normalization: Decodable {
            let mean, variance, weight, bias: Values
        }
        struct Convolution: Decodable {
            let name: String
            let input, weights, output: Values
            let bias: Values?
            let stride, padding, dilation: [Int]
            let groups: Int
            let relu: Bool
            let normalization: Normalization?
        }
        struct Pooling: Decodable {
            let name, kind: String
            let input, output: Values
            let window, stride, padding: [Int]
            let roundsUp, countsPadding: Bool
        }
        struct Adaptive: Decodable {
            let kind: String
            let input, output: Values
            let size: [Int]
        }
        let convolutions: [Convolution]
        let poolings: [Pooling]
        let adaptive: [Adaptive]
    }

    let goldens: Goldens

    init() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Goldens/convolution.json")
        goldens = try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: file))
    }

    func extent(_ values: [Int]) -> Extent2D { Extent2D(height: values[0], width: values[1]) }

    func check(_ result: NDArray, _ expected: Values, _ name: String) {
        #expect(result.shape == expected.shape, "\(name)")
        let worst = zip(result.elements, expected.values).map { abs($0 - $1) }.max() ?? 0
        let largest = expected.values.map { abs($0) }.max() ?? 0
        #expect(worst <= 2e-6 * largest + 1e-6, "\(name)")
    }

    @Test("convolutions agree with PyTorch, with batch normalisation folded")
    func convolutions() throws {
        #expect(goldens.convolutions.count == 14)
        for item in goldens.convolutions {
            let activation: Activation = item.relu ? .relu : .identity
            var layer = try Convolution2D(
                weights: item.weights.array, bias: item.bias?.array, stride: extent(item.stride),
                padding: Padding2D(vertical: item.padding[0], horizontal: item.padding[1]),
                dilation: extent(item.dilation), groups: item.groups,
                activation: item.normalization == nil ? activation : .identity)
            if let normalization = item.normalization {
                layer = try layer.folding(
                    BatchNormalization(
                        weight: normalization.weight.array, bias: normalization.bias.array,
                        mean: normalization.mean.array, variance: normalization.variance.array, epsilon: 1e-3),
                    activation: activation)
            }
            check(try layer.apply(to: item.input.array), item.output, item.name)
        }
    }

    @Test("poolings agree with PyTorch")
    func poolings() throws {
        #expect(goldens.poolings.count == 15)
        for item in goldens.poolings {
            let pooling = try Pooling2D(
                item.kind == "maximum" ? .maximum : .mean(countsPadding: item.countsPadding),
                window: extent(item.window), stride: extent(item.stride),
                padding: Padding2D(vertical: item.padding[0], horizontal: item.padding[1]), roundsUp: item.roundsUp)
            check(try pooling.apply(to: item.input.array), item.output, item.name)
        }
    }

    @Test("adaptive poolings agree with PyTorch")
    func adaptive() throws {
        #expect(goldens.adaptive.count == 8)
        for item in goldens.adaptive {
            let pooling = try AdaptivePooling2D(
                item.kind == "maximum" ? .maximum : .mean, output: extent(item.size))
            check(try pooling.apply(to: item.input.array), item.output, "\(item.kind) \(item.size)")
        }
    }

    @Test("folding a batch normalisation equals applying it afterwards")
    func folding() throws {
        let layer = try Convolution2D(
            weights: randomArray([6, 4, 3, 3], seed: 1), bias: randomArray([6], seed: 2), padding: 1)
        let mean = randomArray([6], seed: 3)
        let variance = NDArray(shape: [6], values: randomArray([6], seed: 4).elements.map { $0 * $0 })
        let folded = try layer.folding(BatchNormalization(mean: mean, variance: variance), activation: .relu)
        let input = randomArray([2, 5, 5, 4], seed: 5)
        let before = try layer.apply(to: input).elements
        let expected = before.enumerated().map { index, value in
            max(0, (value - mean[index % 6]) / (variance[index % 6] + 1e-5).squareRoot())
        }
        expectClose(
            try folded.apply(to: input).elements, expected, relativeTolerance: 1e-4, absoluteTolerance: 1e-4)
    }
}
