import Tensor
import Testing
import _TestSupport

/// Serialized, because the SIMD level and the number of threads are the process's.
@Suite(.serialized) struct ConvolutionInvarianceTests {
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let weights: [Int]
        let picture: [Int]
        var stride: Extent2D = 1
        var padding: Padding2D = 1
        var dilation: Extent2D = 1
        var groups = 1
        var method = Convolution2D.Method.automatic
    }

    static let cases = [
        Case(description: "long lines", weights: [37, 5, 3, 3], picture: [6, 33, 5], method: .direct),
        Case(description: "gathered", weights: [40, 19, 3, 3], picture: [9, 11, 19], stride: 2, method: .direct),
        Case(description: "dilated", weights: [6, 3, 3, 3], picture: [9, 31, 3], padding: 2, dilation: 2),
        Case(description: "groups", weights: [30, 5, 3, 3], picture: [7, 9, 15], groups: 3),
        Case(description: "pointwise", weights: [70, 33, 1, 1], picture: [13, 11, 33], padding: 0),
        Case(description: "patches", weights: [40, 3, 8, 8], picture: [24, 24, 3], stride: 8, padding: 0),
        Case(description: "depthwise", weights: [19, 1, 3, 3], picture: [8, 21, 19], groups: 19),
        Case(description: "depthwise, two for each", weights: [38, 1, 3, 3], picture: [8, 21, 19], groups: 19),
        Case(description: "Winograd, few tiles", weights: [70, 33, 3, 3], picture: [7, 10, 33]),
        Case(description: "Winograd, many tiles", weights: [35, 16, 3, 3], picture: [59, 61, 16]),
        Case(description: "Winograd of 2 × 2", weights: [20, 18, 3, 3], picture: [15, 14, 18], method: .winograd2),
    ]

    @Test(
        "each picture has the same bits at every SIMD level, with any number of threads, in any batch", arguments: cases
    )
    func sameBits(_ item: Case) throws {
        let layer = try Convolution2D(
            weights: randomArray(item.weights, seed: 1), bias: randomArray([item.weights[0]], seed: 2),
            stride: item.stride, padding: item.padding, dilation: item.dilation, groups: item.groups,
            activation: .relu, method: item.method)
        let pictures = randomArray([3] + item.picture, seed: 3)
        let expected = try layer.apply(to: pictures).bits
        let size = expected.count / 3
        _ = try atEveryLevelAndThreadCount {
            // Layers made at this level, too: packing and the choice of the method are the same.
            let made = try Convolution2D(
                weights: layer.weights, bias: layer.bias, stride: item.stride, padding: item.padding,
                dilation: item.dilation, groups: item.groups, activation: .relu, method: item.method)
            #expect(
                try made.apply(to: pictures).bits == expected,
                "\(SIMDLevel.current), \(Parallelism.threadCount) threads")
            for index in [0, 2] {
                let alone = try layer.apply(to: pictures[index..<index + 1]).bits
                #expect(
                    alone == Array(expected[index * size..<(index + 1) * size]),
                    "\(SIMDLevel.current), \(Parallelism.threadCount) threads, alone")
            }
        }
    }

    @Test("poolings have the same bits at every SIMD level and with any number of threads")
    func samePoolings() throws {
        let pictures = randomArray([2, 13, 12, 37], seed: 1)
        let kinds: [Pooling2D.Kind] = [.maximum, .mean(countsPadding: true), .mean(countsPadding: false)]
        let expected = try kinds.map { try Pooling2D($0, window: 3, stride: 2, padding: 1).apply(to: pictures).bits }
        let means = try pictures.globalMeanPooling()
        _ = try atEveryLevelAndThreadCount {
            for (kind, expected) in zip(kinds, expected) {
                let result = try Pooling2D(kind, window: 3, stride: 2, padding: 1).apply(to: pictures).bits
                #expect(result == expected, "\(kind), \(SIMDLevel.current), \(Parallelism.threadCount) threads")
            }
            #expect(try pictures.globalMeanPooling() == means)
        }
    }
}
