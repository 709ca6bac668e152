import Tensor
import Testing
import _TestSupport

@Suite struct ConvolutionTests {
    /// A layer and an input that fits it or does not, drawn from `seed`.
    static func draw(_ seed: UInt64) throws -> (layer: Convolution2D, input: NDArray) {
        var random = RandomSource(seed: seed, stage: "ConvolutionTests")
        func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.uniform() * Double(range.count)) }
        let groups = [1, 1, 1, 2, 3][number(0...4)]
        let depthwise = number(0...3) == 0
        let inputs = depthwise ? number(2...19) : groups * number(1...9)
        let outputs = depthwise ? inputs * number(1...3) : groups * number(1...40)
        let kernel = Extent2D(height: number(1...4), width: number(1...5))
        let layer = try Convolution2D(
            weights: randomArray(
                [outputs, depthwise ? 1 : inputs / groups, kernel.height, kernel.width], seed: seed + 1000),
            bias: number(0...2) == 0 ? nil : randomArray([outputs], seed: seed + 2000),
            stride: Extent2D(height: number(1...3), width: number(1...3)),
            padding: Padding2D(top: number(0...3), left: number(0...2), bottom: number(0...2), right: number(0...3)),
            dilation: Extent2D(height: number(1...3), width: number(1...2)), groups: depthwise ? inputs : groups,
            activation: number(0...1) == 0 ? .relu : .identity, method: .direct)
        let input = randomArray([number(0...3), number(1...9), number(1...45), inputs], seed: seed + 3000)
        return (layer, input)
    }

    @Test(
        "layers of every shape give the bits of the definition, or say that the kernel does not fit", arguments: 0..<150
    )
    func randomShapes(seed: UInt64) throws {
        let (layer, input) = try Self.draw(seed)
        let height = input.shape[1] + layer.padding.top + layer.padding.bottom
        let width = input.shape[2] + layer.padding.left + layer.padding.right
        if (layer.kernel.height - 1) * layer.dilation.height >= height
            || (layer.kernel.width - 1) * layer.dilation.width >= width
        {
            #expect(throws: TensorError.self) { try layer.apply(to: input) }
            return
        }
        let result = try layer.apply(to: input)
        #expect(result.bits == (try ConvolutionTwin.chain(input, layer)).bits)
        let expected = try ConvolutionTwin.double(input, layer)
        expectClose(result.elements, expected.map { Float($0) }, relativeTolerance: 1e-4, absoluteTolerance: 1e-4)
    }

    /// (batch, height, width, in, out, kernel, stride, padding): long depths, many columns, few and many pixels.
    static let shapes = [
        (1, 5, 30, 70, 40, 3, 1, 1), (1, 2, 3, 600, 300, 1, 1, 0), (2, 12, 12, 40, 270, 1, 1, 0),
        (1, 9, 29, 3, 20, 7, 2, 3),
        (2, 32, 32, 3, 33, 16, 16, 0), (1, 4, 4, 130, 70, 3, 1, 1), (1, 1, 1, 1, 1, 1, 1, 0),
        (1, 28, 28, 1, 1, 5, 1, 2),
    ]

    @Test("large layers give the bits of the definition", arguments: shapes)
    func largeShapes(_ n: Int, _ h: Int, _ w: Int, _ inputs: Int, _ outputs: Int, _ k: Int, _ s: Int, _ p: Int) throws {
        let layer = try Convolution2D(
            weights: randomArray([outputs, inputs, k, k], seed: 1, scale: 0.1), bias: randomArray([outputs], seed: 2),
            stride: Extent2D(height: s, width: s), padding: Padding2D(vertical: p, horizontal: p), activation: .relu,
            method: .direct)
        let input = randomArray([n, h, w, inputs], seed: 3)
        #expect(try layer.apply(to: input).bits == (try ConvolutionTwin.chain(input, layer)).bits)
    }

    @Test("weights come back as they were given")
    func unpacking() throws {
        let plain = randomArray([66, 5, 3, 2], seed: 1)
        #expect(try Convolution2D(weights: plain).weights == plain)
        #expect(try Convolution2D(weights: plain, groups: 3).weights == plain)
        let depthwise = randomArray([12, 1, 3, 3], seed: 2)
        #expect(try Convolution2D(weights: depthwise, groups: 4).weights == depthwise)
    }

    @Test("an empty batch gives an empty result")
    func emptyBatch() throws {
        for groups in [1, 20] {
            let layer = try Convolution2D(
                weights: randomArray([20, 20 / groups, 3, 3], seed: 1), padding: 1, groups: groups)
            #expect(try layer.apply(to: NDArray(shape: [0, 8, 8, 20])).shape == [0, 8, 8, 20])
        }
    }

    @Test("memory given for the result is used again when it fits, and left alone when others see it")
    func reusedOutput() throws {
        let layer = try Convolution2D(weights: randomArray([4, 3, 3, 3], seed: 1), padding: 1)
        let input = randomArray([2, 6, 6, 3], seed: 2)
        let expected = try layer.apply(to: input)
        var output = NDArray(shape: [2, 6, 6, 4], repeating: .nan)
        let address = output.withUnsafeBufferPointer { $0.baseAddress }
        try layer.apply(to: input, into: &output)
        #expect(output == expected && output.withUnsafeBufferPointer { $0.baseAddress } == address)
        let seen = output
        try layer.apply(to: input[0..<2], into: &output)
        #expect(seen == expected && output.withUnsafeBufferPointer { $0.baseAddress } != address)
        try layer.apply(to: input[0..<1], into: &output)
        #expect(output == expected[0..<1])
    }

    @Test("repeated use of a pool of working memory allocates nothing more")
    func reusedMemory() throws {
        let memory = WorkspacePool()
        let threads = Parallelism.threadCount
        let first = try Convolution2D(weights: randomArray([32, 24, 3, 3], seed: 1), padding: 1)
        let second = try Convolution2D(weights: randomArray([8, 32, 5, 5], seed: 2), stride: 2, padding: 2)
        let input = randomArray([2, 40, 40, 24], seed: 3)
        var held: [Int] = []
        var results: [NDArray] = []
        for _ in 0..<4 {
            results.append(try second.apply(to: first.apply(to: input, memory: memory), memory: memory))
            held.append(memory.memoryEstimate.bytes)
        }
        #expect(results.allSatisfy { $0 == results[0] })
        // Which thread takes which tile is chance: a thread may come late. More than one share each is never held.
        #expect(held[3] > 0 && held[3] <= threads * 4 << 20)
    }

    @Test("NaN and infinity are not hidden by ReLU")
    func notFinite() throws {
        let layer = try Convolution2D(weights: NDArray(shape: [1, 1, 1, 1], values: [1]), activation: .relu)
        let input = NDArray(shape: [1, 1, 4, 1], values: [.nan, -.infinity, .infinity, -1])
        let result = try layer.apply(to: input).elements
        #expect(result[0].isNaN && Array(result[1...]) == [0, .infinity, 0])
    }

    @Test("every activation is that of the arrays, whichever way the sums are computed", arguments: Activation.allCases)
    func activations(activation: Activation) throws {
        for (weights, padding, groups, method) in [
            ([40, 20, 1, 1], 0, 1, Convolution2D.Method.direct), ([40, 20, 3, 3], 1, 1, .direct),
            ([40, 5, 3, 3], 1, 4, .direct), ([20, 1, 3, 3], 1, 20, .direct), ([40, 20, 3, 3], 1, 1, .winograd4),
        ] {
            let values = randomArray(weights, seed: 1)
            let bias = randomArray([weights[0]], seed: 2)
            let input = randomArray([2, 7, 33, 20], seed: 3)
            func outputs(_ activation: Activation) throws -> NDArray {
                try Convolution2D(
                    weights: values, bias: bias, padding: Padding2D(vertical: padding, horizontal: padding),
                    groups: groups, activation: activation, method: method
                ).apply(to: input)
            }
            #expect(try outputs(activation) == outputs(.identity).applying(activation), "\(weights), \(method)")
        }
    }

    /// (in, out, kernel, stride, groups, size): each way to compute.
    static let estimates = [
        (64, 64, 3, 1, 1, 96), (200, 64, 3, 1, 1, 12), (64, 40, 3, 2, 1, 90), (90, 40, 3, 2, 1, 15),
        (96, 96, 5, 1, 96, 40), (96, 96, 3, 1, 4, 16), (64, 64, 1, 1, 1, 40),
    ]

    @Test("the estimate of working memory is what a thread takes, but for rounding", arguments: estimates)
    func memoryEstimate(_ inputs: Int, _ outputs: Int, _ k: Int, _ s: Int, _ groups: Int, _ size: Int) throws {
        let layer = try Convolution2D(
            weights: randomArray([outputs, inputs / groups, k, k], seed: 1), stride: Extent2D(height: s, width: s),
            padding: Padding2D(vertical: k / 2, horizontal: k / 2), groups: groups)
        let input = randomArray([1, size, size, inputs], seed: 2)
        let memory = WorkspacePool()
        let output = try layer.apply(to: input, memory: memory)
        let parts = try layer.memoryEstimate(for: input.shape).parts
        #expect(parts.first { $0.label == "features" }?.bytes == output.count * 4)
        #expect(parts.contains { $0.label == "weights" && $0.bytes >= layer.weights.count * 4 })
        // Any number of threads may have come to work; a workspace holds at most twice what was asked of it.
        let working = parts.first { $0.label == "working memory" }?.bytes ?? 0
        #expect(memory.memoryEstimate.bytes <= 2 * working + Parallelism.threadCount << 17)
        #expect(working / Parallelism.threadCount <= memory.memoryEstimate.bytes)
    }
}
