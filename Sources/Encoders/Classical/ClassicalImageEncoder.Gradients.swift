import Imaging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension ClassicalImageEncoder {
    /// Histograms of oriented gradients: which way edges run, in each part of the picture.
    ///
    /// The picture, in grey and stretched to a square, is cut into cells. Each pixel adds the length of its gradient to
    /// its cell's histogram of orientations, which are unsigned: 0° to 180° in equal parts. Overlapping blocks of cells
    /// are made of length 1, clipped at 0.2 and made of length 1 again ("L2-Hys").
    ///
    /// The numbers are those of scikit-image's `hog(image, orientations, block_norm="L2-Hys")`. Differs from the paper
    /// as scikit-image does: a pixel counts wholly for its own cell and orientation, without interpolation.
    ///
    /// - Reference: Dalal, Triggs, "Histograms of oriented gradients for human detection", CVPR 2005,
    ///   doi:10.1109/CVPR.2005.177.
    public struct Gradients: Sendable, Hashable {
        /// The side of the square, in pixels: 1 to 1024, and room for at least one block.
        public var side: Int
        /// The number of parts of 180°, 1 to 90.
        public var orientations: Int
        /// The side of a cell in pixels, at least 1. Pixels beyond the last whole cell are not used.
        public var cellSide: Int
        /// The side of a block in cells, at least 1.
        public var blockSide: Int
        /// The length of this block of features, not negative; 0 leaves it out.
        public var weight: Float

        /// Histograms with the given layout. By default 7 × 7 blocks of 2 × 2 cells with 9 orientations: 1764 features.
        public init(
            side: Int = 128, orientations: Int = 9, cellSide: Int = 16, blockSide: Int = 2, weight: Float = 0.35
        ) {
            self.side = side
            self.orientations = orientations
            self.cellSide = cellSide
            self.blockSide = blockSide
            self.weight = weight
        }

        var dimension: Int {
            let blocks = max(0, side / max(1, cellSide) - blockSide + 1)
            return weight > 0 ? blocks * blocks * blockSide * blockSide * orientations : 0
        }

        func validate() throws(EncoderError) {
            try check("gradients.side", side, in: 1...1024)
            try check("gradients.orientations", orientations, in: 1...90)
            try check("gradients.cellSide", cellSide, in: 1...side)
            try check("gradients.blockSide", blockSide, in: 1...(side / cellSide))
            try check("gradients.weight", weight: weight)
        }

        /// The normalized blocks of a grey picture, row by row:
        /// `[blocks × blocks × blockSide × blockSide × orientations]`.
        package func histograms(of grey: Image) -> [Float] {
            let cells = (rows: grey.height / cellSide, columns: grey.width / cellSide)
            let histograms = cellHistograms(of: grey, cells)
            var result: [Float] = []
            result.reserveCapacity(dimension)
            for row in 0..<max(0, cells.rows - blockSide + 1) {
                for column in 0..<max(0, cells.columns - blockSide + 1) {
                    let start = result.count
                    for y in row..<row + blockSide {
                        let from = (y * cells.columns + column) * orientations
                        result += histograms[from..<from + blockSide * orientations]
                    }
                    normalize(&result[start...])
                    for index in start..<result.count { result[index] = min(0.2, result[index]) }
                    normalize(&result[start...])
                }
            }
            return result
        }

        private func normalize(_ block: inout ArraySlice<Float>) {
            let scale = 1 / (block.reduce(1e-10) { $0 + $1 * $1 }).squareRoot()
            for index in block.indices { block[index] *= scale }
        }

        /// The mean gradient length for each cell and orientation: `[rows × columns × orientations]`.
        private func cellHistograms(of grey: Image, _ cells: (rows: Int, columns: Int)) -> [Float] {
            // The orientation of a gradient is the number of these directions that it is past, counter-clockwise.
            let directions = (1..<max(1, orientations)).map { index -> (cos: Float, sin: Float) in
                let angle = Double.pi * Double(index) / Double(orientations)
                return (Float(cos(angle)), Float(sin(angle)))
            }
            let width = cells.columns * cellSide
            var histograms = [Float](repeating: 0, count: cells.rows * cells.columns * orientations)
            var lengths = [Float](repeating: 0, count: width)
            var bins = [Int32](repeating: 0, count: width)
            let share = 1 / Float(cellSide * cellSide)
            for y in 0..<cells.rows * cellSide {
                gradients(of: grey, row: y, directions, &lengths, &bins)
                let cellRow = y / cellSide * cells.columns
                for cell in 0..<cells.columns {
                    let start = (cellRow + cell) * orientations
                    for x in cell * cellSide..<(cell + 1) * cellSide {
                        histograms[start + Int(bins[x])] += lengths[x] * share
                    }
                }
            }
            return histograms
        }

        /// Length and orientation of each pixel's gradient in a row: central differences, zero along a border.
        private func gradients(
            of grey: Image, row y: Int, _ directions: [(cos: Float, sin: Float)], _ lengths: inout [Float],
            _ bins: inout [Int32]
        ) {
            let stride = grey.width
            let inner = y > 0 && y < grey.height - 1
            grey.pixels.withUnsafeBufferPointer { pixels in
                lengths.withUnsafeMutableBufferPointer { lengths in
                    bins.withUnsafeMutableBufferPointer { bins in
                        for x in 0..<lengths.count {
                            let at = y * stride + x
                            var dy = inner ? Float(pixels[at + stride]) - Float(pixels[at - stride]) : 0
                            var dx =
                                x > 0 && x < stride - 1 ? Float(pixels[at + 1]) - Float(pixels[at - 1]) : 0
                            lengths[x] = (dx * dx + dy * dy).squareRoot()
                            // Opposite directions are one orientation: turn all into the upper half, 0° ≤ angle < 180°.
                            if dy < 0 || (dy == 0 && dx < 0) { (dx, dy) = (-dx, -dy) }
                            var bin: Int32 = 0
                            for direction in directions { bin &+= direction.cos * dy >= direction.sin * dx ? 1 : 0 }
                            // A gradient of length 0 is past none, but adds nothing wherever it counts.
                            bins[x] = bin
                        }
                    }
                }
            }
        }
    }
}
