private import CKernels

/// How direct convolutions are cut: by their shape alone.
private enum DirectTiling {
    /// Pixels of a tile: eight micro-tiles of 14.
    static let pixels = 112
    /// Output channels of a tile.
    static let columns = 256
    /// A tile of fewer columns than `columns` is worth its extra reading when there would be fewer tiles than this.
    static let enough = 16
    static let fewColumns = 64
    /// Floats of input that a tile gathers or copies at most, unless one micro-tile needs more: half a megabyte.
    static let gathered = 1 << 17
    /// Lines shorter than this leave micro-tiles half empty and read the weights too often: pixels are gathered
    /// instead.
    static let shortLine = 28

    static func columnTile(pixelTiles: Int) -> Int { pixelTiles >= enough ? columns : fewColumns }
}

extension DirectWeights {
    /// The whole convolution.
    ///
    /// A pointwise convolution is a product as it stands. Otherwise the input of a window is gathered into one vector,
    /// tile by tile, or, where lines are long, read in place: pixels in a line are a fixed step apart.
    func run(_ work: ConvolutionWork, _ source: UnsafePointer<Float>, _ epilogue: Epilogue) {
        switch path(work.problem) {
        case .pointwise: runPointwise(work, source, epilogue)
        case .lines: runLines(work, source, epilogue)
        case .gathering: runGathering(work, source, epilogue)
        }
    }

    private enum Path {
        case pointwise, lines, gathering
    }

    private func path(_ problem: WindowProblem) -> Path {
        let grid = problem.grid
        guard groups.count == 1 else { return .gathering }
        if grid.isPointwise { return .pointwise }
        let follow = grid.dilation.width == 1 || grid.window.width == 1
        return follow && problem.output.width >= DirectTiling.shortLine ? .lines : .gathering
    }

    /// The floats that each thread works with.
    func workingFloats(_ problem: WindowProblem) -> Int {
        switch path(problem) {
        case .pointwise: 0
        case .lines: lines(problem).floats
        case .gathering: min(gatheredPixels, problem.batch * problem.output.area) * gatheredStride
        }
    }

    /// Pixels of a tile whose windows are gathered.
    private var gatheredPixels: Int {
        var size = DirectTiling.pixels
        while size > 14 && size * groups[0].depth > DirectTiling.gathered { size /= 2 }
        return size
    }

    /// Floats from one gathered window to the next: never a whole number of pages, which compete for the same few cache
    /// lines.
    private var gatheredStride: Int { groups[0].depth % 256 == 0 ? groups[0].depth + 16 : groups[0].depth }

    /// The copier of lines, the lines of output in a tile, and the floats copied for it.
    private func lines(_ problem: WindowProblem) -> (copy: PaddedLines, count: Int, floats: Int) {
        let copy = PaddedLines(problem, repeating: 1)
        let count = copy.linesPerTile(pixels: 4 * DirectTiling.pixels, floats: DirectTiling.gathered)
        return (copy, count, copy.floats(forLines: count))
    }

    /// Where a group's weights begin. Asked for outside of loops: threads that count references to the same weights for
    /// each line of pixels wait for one another.
    private func start(ofGroup group: Int) -> UnsafePointer<Float> { groups[group].start(ofColumn: 0) }

    /// The product of rows with some columns of a group, whose weights begin at `weights`.
    @inline(__always)
    private func product(
        _ rows: UnsafePointer<Float>, count: Int, stride: Int, segments: Int = 1, segmentStride: Int = 0,
        weights: UnsafePointer<Float>, depth: Int, group: Int = 0, columns: Range<Int>, _ epilogue: Epilogue,
        into target: UnsafeMutablePointer<Float>
    ) {
        let channel = group * outputChannels + columns.lowerBound
        kindred_convolution_product(
            rows, count, stride, segments, segmentStride, depth / segments, weights + columns.lowerBound * depth,
            columns.count, epilogue.bias.map { $0 + channel }, epilogue.relu, target + channel,
            outputChannels * groups.count)
        epilogue.finish(
            target + channel, rows: count, count: columns.count, stride: outputChannels * groups.count)
    }

    /// Calls `body` in parallel for each tile of pixels and columns.
    private func tiles(
        _ work: ConvolutionWork, count: Int, size: Int, _ body: (Range<Int>, Range<Int>, Workspace) -> Void
    ) {
        let pixelTiles = (0..<count).tileCount(size: size)
        let width = DirectTiling.columnTile(pixelTiles: pixelTiles)
        let columnTiles = (0..<outputChannels).tileCount(size: width)
        work.memory.parallelTiles(pixelTiles * columnTiles) { tile, workspace in
            // Neighbouring tiles share their weights when those are more than the pixels of a tile.
            let (columnTile, pixelTile) = tile.quotientAndRemainder(dividingBy: pixelTiles)
            body(
                (0..<count).tile(pixelTile, size: size), (0..<outputChannels).tile(columnTile, size: width), workspace)
        }
    }

    private func runPointwise(_ work: ConvolutionWork, _ source: UnsafePointer<Float>, _ epilogue: Epilogue) {
        let count = work.problem.batch * work.problem.output.area
        let weights = start(ofGroup: 0)
        tiles(work, count: count, size: DirectTiling.pixels) { pixels, columns, _ in
            product(
                source + pixels.lowerBound * inputChannels, count: pixels.count, stride: inputChannels,
                weights: weights, depth: inputChannels, columns: columns, epilogue,
                into: work.target + pixels.lowerBound * outputChannels)
        }
    }

    private func runGathering(_ work: ConvolutionWork, _ source: UnsafePointer<Float>, _ epilogue: Epilogue) {
        let (size, stride, depth) = (gatheredPixels, gatheredStride, groups[0].depth)
        let count = work.problem.batch * work.problem.output.area
        let gathering = WindowGathering(work.problem, channels: inputChannels)
        tiles(work, count: count, size: size) { pixels, columns, workspace in
            let windows = workspace.floats(pixels.count * stride)
            for group in groups.indices {
                gathering.gather(
                    pixels, from: source + group * inputChannels, channelStride: inputChannels * groups.count,
                    into: windows, stride: stride)
                product(
                    windows, count: pixels.count, stride: stride, weights: start(ofGroup: group), depth: depth,
                    group: group, columns: columns, epilogue,
                    into: work.target + pixels.lowerBound * outputChannels * groups.count)
            }
        }
    }

    private func runLines(_ work: ConvolutionWork, _ source: UnsafePointer<Float>, _ epilogue: Epilogue) {
        let (grid, problem) = (work.problem.grid, work.problem)
        let (copy, lines, _) = lines(problem)
        let (weights, depth) = (start(ofGroup: 0), groups[0].depth)
        let lineTiles = (0..<problem.output.height).tileCount(size: lines)
        let width = DirectTiling.columnTile(pixelTiles: problem.batch * lineTiles)
        let columnTiles = (0..<outputChannels).tileCount(size: width)
        work.memory.parallelTiles(problem.batch * lineTiles * columnTiles) { tile, workspace in
            let (columnTile, rest) = tile.quotientAndRemainder(dividingBy: problem.batch * lineTiles)
            let (picture, lineTile) = rest.quotientAndRemainder(dividingBy: lineTiles)
            let range = (0..<problem.output.height).tile(lineTile, size: lines)
            let padded = copy.lines(for: range, picture: picture, of: source, in: workspace)
            for line in range {
                product(
                    padded + (line - range.lowerBound) * grid.stride.height * copy.pitch, count: problem.output.width,
                    stride: grid.stride.width * inputChannels, segments: grid.window.height,
                    segmentStride: grid.dilation.height * copy.pitch, weights: weights, depth: depth,
                    columns: (0..<outputChannels).tile(columnTile, size: width), epilogue,
                    into: work.target
                        + (picture * problem.output.height + line) * problem.output.width * outputChannels)
            }
        }
    }
}
