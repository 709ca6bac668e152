private import CKernels

/// Weights of a convolution in which each output channel sees one input channel: `[line, column, out]`.
struct DepthwiseWeights: Sendable {
    private let outputChannels: Int
    private let values: FloatStorage

    /// Lays out weights `[out, 1, height, width]`.
    init(_ weights: NDArray) {
        outputChannels = weights.shape[0]
        values = FloatStorage(uninitializedCount: weights.count)
        let area = weights.shape[2] * weights.shape[3]
        weights.withUnsafeBufferPointer { source in
            for index in source.indices { values.start[index % area * outputChannels + index / area] = source[index] }
        }
    }

    /// The weights `[out, 1, height, width]`.
    func unpacked(kernel: Extent2D) -> NDArray {
        NDArray(shape: [outputChannels, 1, kernel.height, kernel.width]) { target in
            for index in target.indices {
                target[index] = values.start[index % kernel.area * outputChannels + index / kernel.area]
            }
        }
    }

    /// The floats that each thread works with.
    func workingFloats(_ problem: WindowProblem) -> Int { lines(problem).floats }

    /// The copier of lines, the lines of output in a tile, and the floats copied for it.
    private func lines(_ problem: WindowProblem) -> (copy: PaddedLines, count: Int, floats: Int) {
        let copy = PaddedLines(problem, repeating: outputChannels / problem.channels)
        let count = copy.linesPerTile(pixels: 512, floats: 1 << 16)
        return (copy, count, copy.floats(forLines: count))
    }

    /// The whole convolution, line by line, vectors along the channels.
    func run(_ work: ConvolutionWork, _ source: UnsafePointer<Float>, _ epilogue: Epilogue) {
        let (grid, problem) = (work.problem.grid, work.problem)
        let (copy, lines, _) = lines(problem)
        let lineTiles = (0..<problem.output.height).tileCount(size: lines)
        work.memory.parallelTiles(problem.batch * lineTiles) { tile, workspace in
            let (picture, lineTile) = tile.quotientAndRemainder(dividingBy: lineTiles)
            let range = (0..<problem.output.height).tile(lineTile, size: lines)
            let padded = copy.lines(for: range, picture: picture, of: source, in: workspace)
            for line in range {
                let target =
                    work.target + (picture * problem.output.height + line) * problem.output.width * outputChannels
                kindred_convolution_depthwise(
                    padded + (line - range.lowerBound) * grid.stride.height * copy.pitch,
                    grid.stride.width * outputChannels, grid.window.height, grid.dilation.height * copy.pitch,
                    grid.window.width, grid.dilation.width * outputChannels, values.start, epilogue.bias,
                    epilogue.relu, outputChannels, problem.output.width, target)
                epilogue.finish(target, rows: 1, count: problem.output.width * outputChannels, stride: 0)
            }
        }
    }
}
