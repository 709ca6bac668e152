/// A 3 × 3 kernel transformed for Winograd's method: for each of (tile + 2)² elements a matrix `[out × in]`, packed.
struct WinogradWeights: Sendable {
    /// The side of a tile of output: 2 or 4.
    let tile: Int
    let inputChannels: Int
    let outputChannels: Int
    let elements: [PackedColumns]

    /// The side of a patch of input.
    var side: Int { tile + 2 }

    var plan: WinogradPlan { WinogradPlan(inputChannels: inputChannels, outputChannels: outputChannels) }

    /// Transforms weights `[out, in, 3, 3]`, in double precision.
    init(_ weights: NDArray, tile: Int) {
        let (outputs, inputs) = (weights.shape[0], weights.shape[1])
        self.tile = tile
        inputChannels = inputs
        outputChannels = outputs
        let filter = WinogradFilter.filterTransform(tile: tile)
        elements = (0..<(tile + 2) * (tile + 2)).map { element in
            let (i, j) = element.quotientAndRemainder(dividingBy: tile + 2)
            let factors = (0..<9).map { filter[i][$0 / 3] * filter[j][$0 % 3] }
            let transformed = weights.withUnsafeBufferPointer { source in
                Matrix(rows: outputs, columns: inputs) { target in
                    guard let start = source.baseAddress, let target = target.baseAddress else { return }
                    nonisolated(unsafe) let (from, to) = (start, target)
                    factors.withUnsafeBufferPointer { factors in
                        parallelFor(outputs) { output in
                            for index in output * inputs..<(output + 1) * inputs {
                                var sum = 0.0
                                for tap in 0..<9 { sum += factors[tap] * Double(from[index * 9 + tap]) }
                                to[index] = Float(sum)
                            }
                        }
                    }
                }
            }
            return PackedColumns(rowsOf: transformed)
        }
    }

    /// The largest error on the diagonal of a tile of output for normally distributed input, relative to the outputs' root mean
    /// square.
    func measuredError(_ weights: NDArray) -> Double {
        var random = RandomSource(seed: 0, stage: "WinogradWeights.measuredError")
        let patch = NDArray(
            shape: [1, side, side, inputChannels],
            values: (0..<side * side * inputChannels).map { _ in Float(random.normal()) })
        var result = NDArray(shape: [1, tile, tile, outputChannels])
        let grid = WindowGrid(window: 3)
        guard let problem = try? WindowProblem(grid, shape: patch.shape) else { return .infinity }
        result.withUnsafeMutableBufferPointer { target in
            patch.withUnsafeBufferPointer { source in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                let work = ConvolutionWork(grid: grid, problem: problem, target: target, memory: WorkspacePool())
                run(work, source, Epilogue(bias: nil, .identity))
            }
        }
        // The definition, for each output channel in double precision: (largest error, sum of squares).
        let found = parallelMap(outputChannels) { output in
            var error = 0.0
            var squares = 0.0
            for place in stride(from: 0, to: tile * tile, by: tile + 1) {
                var sum = 0.0
                for tap in 0..<9 {
                    let pixel = (place / tile + tap / 3) * side + place % tile + tap % 3
                    for channel in 0..<inputChannels {
                        sum +=
                            Double(patch.storage.start[pixel * inputChannels + channel])
                            * Double(weights.storage.start[(output * inputChannels + channel) * 9 + tap])
                    }
                }
                // Not `max`, which forgets NaN.
                let difference = abs(sum - Double(result.storage.start[place * outputChannels + output]))
                error = difference <= error ? error : difference.isNaN ? .infinity : difference
                squares += sum * sum
            }
            return (error, squares)
        }
        let error = found.reduce(0) { max($0, $1.0) }
        let mean = found.reduce(0) { $0 + $1.1 } / Double(tile * outputChannels)
        return error == 0 ? 0 : error / mean.squareRoot()
    }
}
