private import CKernels

/// How Winograd's convolutions are cut: by their shape alone.
private enum WinogradTiling {
    /// Tiles that a thread takes at once: two micro-tiles of 14. Patches and products of 64 channels stay in the
    /// second-level cache.
    static let block = 28
    /// Output channels whose products are kept at once.
    static let columns = 64
    /// With fewer blocks than this, threads share the patches of `chunk` tiles and divide the output channels.
    static let enough = 16
    static let chunk = 128
}

/// The patches or products of some tiles: `[element][tile][channel]`.
private struct WinogradElements {
    let start: UnsafeMutablePointer<Float>
    /// Floats from one tile to the next. Whole vectors, and one more so that tiles are never pages apart.
    let tileStride: Int
    let elementStride: Int

    static func tileStride(channels: Int) -> Int { (channels + 15) / 16 * 16 + 16 }

    init(_ workspace: Workspace, elements: Int, tiles: Int, channels: Int) {
        tileStride = Self.tileStride(channels: channels)
        elementStride = tiles * tileStride
        start = workspace.floats(elements * elementStride)
    }
}

extension WinogradWeights {
    /// The floats that all threads share, and those that each works with.
    func workingFloats(_ problem: WindowProblem) -> (shared: Int, each: Int) {
        let tiles = WinogradTiles(problem, tile: tile)
        func floats(_ count: Int, _ channels: Int) -> Int {
            elementCount * min(count, tiles.count) * WinogradElements.tileStride(channels: channels)
        }
        let isShared = (0..<tiles.count).tileCount(size: WinogradTiling.block) < WinogradTiling.enough
        let size = isShared ? WinogradTiling.chunk : WinogradTiling.block
        let patches = floats(size, inputChannels)
        let products = floats(size, min(outputChannels, WinogradTiling.columns / (isShared ? 2 : 1)))
        return isShared ? (patches, products) : (0, patches + products)
    }

    /// The whole convolution: patches are transformed, multiplied with the kernel element by element as matrices over
    /// the channels, and transformed back with bias and activation.
    ///
    /// Each output's sums run over the channels in order, whichever way the work is cut.
    func run(_ work: ConvolutionWork, _ source: UnsafePointer<Float>, _ epilogue: Epilogue) {
        let tiles = WinogradTiles(work.problem, tile: tile)
        let blocks = (0..<tiles.count).tileCount(size: WinogradTiling.block)
        if blocks >= WinogradTiling.enough {
            work.memory.parallelTiles(blocks) { block, workspace in
                let range = (0..<tiles.count).tile(block, size: WinogradTiling.block)
                let patches = WinogradElements(
                    workspace, elements: elementCount, tiles: range.count, channels: inputChannels)
                transform(tiles, range, range.lowerBound, source, into: patches)
                for columns in 0..<(0..<outputChannels).tileCount(size: WinogradTiling.columns) {
                    workspace.scope {
                        multiply(
                            patches, tiles, range,
                            columns: (0..<outputChannels).tile(columns, size: WinogradTiling.columns), workspace, work,
                            epilogue)
                    }
                }
            }
            return
        }
        let shared = work.memory.take()
        for chunk in 0..<(0..<tiles.count).tileCount(size: WinogradTiling.chunk) {
            shared.scope {
                let range = (0..<tiles.count).tile(chunk, size: WinogradTiling.chunk)
                let patches = WinogradElements(
                    shared, elements: elementCount, tiles: range.count, channels: inputChannels)
                parallelFor(range.count) { index in
                    let tile = range.lowerBound + index
                    transform(tiles, tile..<tile + 1, range.lowerBound, source, into: patches)
                }
                let width = WinogradTiling.columns / 2
                work.memory.parallelTiles((0..<outputChannels).tileCount(size: width)) { columns, workspace in
                    multiply(
                        patches, tiles, range, columns: (0..<outputChannels).tile(columns, size: width), workspace,
                        work, epilogue)
                }
            }
        }
        work.memory.put(shared)
    }

    /// Transforms the patches of some tiles; `patches` begins with tile `origin`.
    private func transform(
        _ tiles: WinogradTiles, _ range: Range<Int>, _ origin: Int, _ source: UnsafePointer<Float>,
        into patches: WinogradElements
    ) {
        for index in range {
            let place = tiles.patch(index)
            kindred_winograd_input(
                tile, source + place.offset * inputChannels, tiles.input.width * inputChannels, inputChannels,
                kindred_window(
                    first_row: place.rows.lowerBound, last_row: place.rows.upperBound,
                    first_column: place.columns.lowerBound, last_column: place.columns.upperBound),
                inputChannels, patches.start + (index - origin) * patches.tileStride, patches.elementStride)
        }
    }

    /// Multiplies the patches of a range of tiles with the kernel for some output channels and writes the outputs.
    private func multiply(
        _ patches: WinogradElements, _ tiles: WinogradTiles, _ range: Range<Int>, columns: Range<Int>,
        _ workspace: Workspace, _ work: ConvolutionWork, _ epilogue: Epilogue
    ) {
        let products = WinogradElements(
            workspace, elements: elementCount, tiles: range.count, channels: columns.count)
        for element in 0..<elementCount {
            kindred_product(
                patches.start + element * patches.elementStride, range.count, patches.tileStride,
                start(ofElement: element, column: columns.lowerBound), columns.count, inputChannels,
                products.start + element * products.elementStride, products.tileStride)
        }
        for (row, index) in range.enumerated() {
            let place = tiles.target(index)
            let target = work.target + place.offset * outputChannels + columns.lowerBound
            let line = tiles.output.width * outputChannels
            kindred_winograd_output(
                tile, products.start + row * products.tileStride, products.elementStride, columns.count,
                epilogue.bias.map { $0 + columns.lowerBound }, epilogue.relu, target, line, outputChannels,
                place.height, place.width)
            for y in 0..<place.height {
                epilogue.finish(target + y * line, rows: place.width, count: columns.count, stride: outputChannels)
            }
        }
    }
}
