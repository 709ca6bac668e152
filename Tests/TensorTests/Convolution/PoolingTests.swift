import Tensor
import Testing
import _TestSupport

@Suite struct PoolingTests {
    static let kinds: [Pooling2D.Kind] = [.maximum, .mean(countsPadding: true), .mean(countsPadding: false)]

    /// The definition, pixel by pixel.
    func naive(_ input: NDArray, _ pooling: Pooling2D) throws -> NDArray {
        let shape = try pooling.outputShape(for: input.shape)
        var result = NDArray(shape: shape)
        for n in 0..<shape[0] {
            for y in 0..<shape[1] {
                for x in 0..<shape[2] {
                    for c in 0..<shape[3] {
                        var inside: [Double] = []
                        var counted = 0
                        for dy in 0..<pooling.window.height {
                            for dx in 0..<pooling.window.width {
                                let row = y * pooling.stride.height + dy - pooling.padding.top
                                let column = x * pooling.stride.width + dx - pooling.padding.left
                                if row < input.shape[1] + pooling.padding.bottom
                                    && column < input.shape[2] + pooling.padding.right
                                {
                                    counted += 1
                                }
                                if (0..<input.shape[1]).contains(row) && (0..<input.shape[2]).contains(column) {
                                    inside.append(Double(input[n, row, column, c]))
                                }
                            }
                        }
                        let sum = inside.reduce(0, +)
                        switch pooling.kind {
                        case .maximum: result[n, y, x, c] = Float(inside.max() ?? .nan)
                        case .mean(true): result[n, y, x, c] = Float(sum / Double(counted))
                        case .mean(false): result[n, y, x, c] = Float(sum / Double(inside.count))
                        }
                    }
                }
            }
        }
        return result
    }

    @Test("windows of every shape give the bits of the definition, or do not fit", arguments: kinds)
    func randomShapes(kind: Pooling2D.Kind) throws {
        var random = RandomSource(seed: 1, stage: "PoolingTests")
        func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.uniform() * Double(range.count)) }
        for index in 0..<60 {
            let window = Extent2D(height: number(1...4), width: number(1...4))
            let pooling = try Pooling2D(
                kind, window: window, stride: Extent2D(height: number(1...4), width: number(1...3)),
                padding: Padding2D(
                    top: number(0...window.height - 1), left: number(0...window.width - 1),
                    bottom: number(0...window.height - 1), right: number(0...window.width - 1)),
                roundsUp: number(0...1) == 0)
            let input = randomArray([number(0...2), number(1...9), number(1...9), number(0...35)], seed: UInt64(index))
            let fits =
                window.height <= input.shape[1] + pooling.padding.top + pooling.padding.bottom
                && window.width <= input.shape[2] + pooling.padding.left + pooling.padding.right
            if fits {
                #expect(try pooling.apply(to: input) == naive(input, pooling), "\(pooling), \(input.shape)")
            } else {
                #expect(throws: TensorError.self) { try pooling.apply(to: input) }
            }
        }
    }

    @Test("adaptive windows tile a picture whose size they divide as plain poolings do")
    func adaptiveIsPlain() throws {
        let input = randomArray([2, 6, 8, 5], seed: 1)
        let window = Extent2D(height: 2, width: 4)
        let output = Extent2D(height: 3, width: 2)
        #expect(
            try AdaptivePooling2D(.maximum, output: output).apply(to: input)
                == Pooling2D(.maximum, window: window).apply(to: input))
        #expect(
            try AdaptivePooling2D(.mean, output: output).apply(to: input)
                == Pooling2D(.mean(countsPadding: false), window: window).apply(to: input))
    }

    @Test("global poolings are means and maxima of channels")
    func global() throws {
        let input = randomArray([3, 5, 7, 19], seed: 2)
        let (mean, maximum) = (try input.globalMeanPooling(), try input.globalMaximumPooling())
        for n in 0..<3 {
            for c in 0..<19 {
                let values = (0..<35).map { Double(input[n, $0 / 7, $0 % 7, c]) }
                #expect(mean[n, c] == Float(values.reduce(0, +) / 35))
                #expect(maximum[n, c] == values.max().map { Float($0) })
            }
        }
        #expect(try NDArray(shape: [0, 5, 7, 19]).globalMeanPooling().rows == 0)
    }

    @Test("a NaN is the largest of its window, wherever it stands", arguments: [0, 1, 2, 3])
    func notANumber(place: Int) throws {
        var values: [Float] = [3, -1, 2, 7]
        values[place] = .nan
        let input = NDArray(shape: [1, 2, 2, 1], values: values)
        #expect(try input.globalMaximumPooling()[0, 0].isNaN && input.globalMeanPooling()[0, 0].isNaN)
    }
}
