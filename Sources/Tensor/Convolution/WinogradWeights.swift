private import CKernels

/// A 3 × 3 kernel transformed for Winograd's method: for each of (tile + 2)² elements a matrix `[out × in]`, packed as
/// ``PackedColumns`` are.
struct WinogradWeights: Sendable {
    /// The side of a tile of output: 2 or 4.
    let tile: Int
    let inputChannels: Int
    let outputChannels: Int
    private let storage: FloatStorage

    /// Inputs that are transformed at once: their taps, packed, stay in the second-level cache.
    private static let inputBlock = 64

    /// The side of a patch of input.
    var side: Int { tile + 2 }
    /// The number of elements.
    var elementCount: Int { side * side }

    var plan: WinogradPlan { WinogradPlan(inputChannels: inputChannels, outputChannels: outputChannels) }

    /// Transforms weights `[out, in, 3, 3]`, in double precision.
    init(_ weights: NDArray, tile: Int) {
        let (outputs, inputs) = (weights.shape[0], weights.shape[1])
        self.tile = tile
        inputChannels = inputs
        outputChannels = outputs
        let elementStride = kindred_packed_size(outputs, inputs)
        let storage = FloatStorage(uninitializedCount: (tile + 2) * (tile + 2) * elementStride)
        let filter = WinogradFilter.filterTransform(tile: tile).flatMap { $0 }
        let panel = PackedColumns.panel
        let blocks = (0..<inputs).tileCount(size: Self.inputBlock)
        // The kernels of a panel of outputs lie as a matrix [out × in · 9]: packed, each tap is a vector over the
        // outputs.
        weights.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            parallelFor(
                (0..<outputs).tileCount(size: panel) * blocks,
                scratch: { FloatStorage(uninitializedCount: min(inputs, Self.inputBlock) * 9 * panel) }
            ) { index, taps in
                let range = (0..<outputs).tile(index / blocks, size: panel)
                let block = (0..<inputs).tile(index % blocks, size: Self.inputBlock)
                kindred_pack(
                    source + (range.lowerBound * inputs + block.lowerBound) * 9, range.count, block.count * 9,
                    inputs * 9, 1, 0, 1, taps.start)
                kindred_winograd_filter(
                    tile, filter, taps.start, block.count,
                    storage.start + range.lowerBound * inputs + block.lowerBound * panel, elementStride)
            }
        }
        self.storage = storage
    }

    /// Where the panel of output `column` starts for an element; `column` is a multiple of ``PackedColumns/panel``.
    func start(ofElement element: Int, column: Int) -> UnsafePointer<Float> {
        UnsafePointer(storage.start + element * (storage.count / elementCount) + column * inputChannels)
    }

    /// The largest error on the diagonal of a tile of output for normally distributed input, relative to the outputs'
    /// root mean square.
    func measuredError(_ weights: NDArray) -> Double {
        var random = RandomSource(seed: 0, stage: "WinogradWeights.measuredError")
        let patch = NDArray(
            shape: [1, side, side, inputChannels],
            values: (0..<side * side * inputChannels).map { _ in Float(random.normal()) })
        var result = NDArray(shape: [1, tile, tile, outputChannels])
        guard let problem = try? WindowProblem(WindowGrid(window: 3), shape: patch.shape) else { return .infinity }
        result.withUnsafeMutableBufferPointer { target in
            patch.withUnsafeBufferPointer { source in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                let work = ConvolutionWork(problem: problem, target: target, memory: WorkspacePool())
                run(work, source, Epilogue(bias: nil, .identity))
            }
        }
        // The windows of the diagonal's outputs, laid out as the weights are: [place][in · 9].
        let depth = inputChannels * 9
        let windows = NDArray(shape: [tile, depth]) { target in
            for index in 0..<tile * depth {
                let (place, channel, tap) = (index / depth, index % depth / 9, index % 9)
                let pixel = (place + tap / 3) * side + place + tap % 3
                target[index] = patch.storage.start[pixel * inputChannels + channel]
            }
        }
        // The definition, for each output channel in double precision: (largest error, sum of squares).
        let found = parallelMap(outputChannels) { output in
            var error = 0.0
            var squares = 0.0
            for place in 0..<tile {
                let sum = kindred_dot(
                    windows.storage.start + place * depth, weights.storage.start + output * depth, depth)
                // Not `max`, which forgets NaN.
                let difference = abs(
                    sum - Double(result.storage.start[place * (tile + 1) * outputChannels + output]))
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
