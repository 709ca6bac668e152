import Imaging
import Tensor

/// The first vectors of pictures' tokens: patches with their positions, the class token and registers before them.
struct PatchEmbedding: Sendable {
    /// Pixels along a patch's side.
    let patchSize: Int
    /// The size of the pictures that it takes.
    let width, height: Int
    /// From a patch's bytes, row by row, to its vector; pixels' scale and shift are within.
    private let patches: LinearLayer
    /// What comes before the patches: the class token with its position, registers. `[p × width]`
    private let leading: Matrix
    /// What is added to the patches' vectors. `[patches × width]`
    private let positions: Matrix
    private let firstNormalization: LayerNormalization?

    /// - Parameters:
    ///   - patchWeights: `[width, 3, patchSize, patchSize]`.
    ///   - patchBias: `[width]`.
    ///   - leading: what comes before the patches. `[p × width]`
    ///   - positions: for the patches of a picture of the size that the processor makes.
    ///   - precision: the numbers to compute in.
    init(
        patchWeights: NDArray, patchBias: NDArray?, processor: ImageProcessor, leading: Matrix, positions: Matrix,
        firstNormalization: LayerNormalization?, precision: LinearLayer.Precision
    ) {
        patchSize = patchWeights.shape[2]
        (width, height) = (processor.width, processor.height)
        (self.leading, self.positions) = (leading, positions)
        self.firstNormalization = firstNormalization
        patches = Self.patchLayer(patchWeights, patchBias, processor, precision)
    }

    /// The product that takes bytes as they lie in pictures: Σ w · (scale · byte + shift) = Σ (w · scale) · byte + Σ w · shift.
    private static func patchLayer(
        _ weights: NDArray, _ bias: NDArray?, _ processor: ImageProcessor, _ precision: LinearLayer.Precision
    ) -> LinearLayer {
        let (outputs, side) = (weights.shape[0], weights.shape[2])
        let area = side * side
        var offsets = bias?.elements.map { Double($0) } ?? [Double](repeating: 0, count: outputs)
        let matrix = Matrix(rows: outputs, columns: 3 * area) { target in
            weights.withUnsafeBufferPointer { weights in
                for output in 0..<outputs {
                    for channel in 0..<3 {
                        for pixel in 0..<area {
                            let weight = Double(weights[(output * 3 + channel) * area + pixel])
                            target[(output * area + pixel) * 3 + channel] = Float(weight * processor.scales[channel])
                            offsets[output] += weight * processor.shifts[channel]
                        }
                    }
                }
            }
        }
        return LinearLayer(weights: matrix, bias: NDArray(offsets.map { Float($0) }), precision: precision)
    }

    var patchCount: Int { positions.rows }
    /// Tokens of a picture.
    var tokenCount: Int { leading.rows + patchCount }
    /// What comes before the patches.
    var leadingCount: Int { leading.rows }

    /// The tokens of pictures before the layers. `[pictures · tokenCount × width]`
    ///
    /// - Precondition: pictures are RGB, `width × height`.
    func callAsFunction(_ images: [Image]) -> Matrix {
        let projected = projected(images)
        let features = positions.columns
        var tokens = Matrix(rows: images.count * tokenCount, columns: features) { target in
            guard let target = target.baseAddress else { return }
            projected.withUnsafeBufferPointer { projected in
                positions.withUnsafeBufferPointer { positions in
                    leading.withUnsafeBufferPointer { leading in
                        nonisolated(unsafe) let (target, projected, positions, leading) = (
                            target, projected, positions, leading
                        )
                        let (size, count) = (patchCount * features, leading.count)
                        parallelFor(images.count) { image in
                            let start = target + image * tokenCount * features
                            if let leading = leading.baseAddress { start.update(from: leading, count: count) }
                            for index in 0..<size {
                                start[count + index] = projected[image * size + index] + positions[index]
                            }
                        }
                    }
                }
            }
        }
        if let firstNormalization {
            let rows = tokens.rows
            tokens.withUnsafeMutableBufferPointer { tokens in
                guard let tokens = tokens.baseAddress else { return }
                firstNormalization.apply(tokens, rows: rows, into: tokens)
            }
        }
        return tokens
    }

    /// The products of pictures' patches. `[pictures · patches × width]`
    private func projected(_ images: [Image]) -> Matrix {
        let (count, depth) = (images.count * patchCount, 3 * patchSize * patchSize)
        guard patches.precision == .int8 else {
            return patches.apply(
                to: Matrix(rows: count, columns: depth) { target in
                    nonisolated(unsafe) let target = target
                    forEachLine(of: images) { patch, offset, line in
                        let place = patch * depth + offset
                        for index in 0..<line.count { target[place + index] = Float(line[index]) }
                    }
                })
        }
        // Bytes are what products of bytes want: nothing is rounded.
        let rows = QuantizedRows(bytes: count, depth: depth)
        forEachLine(of: images) { patch, offset, line in
            if let start = line.baseAddress {
                (rows.bytes(ofRow: patch) + offset).update(from: start, count: line.count)
            }
        }
        return patches.multiply(rows)
    }

    /// Calls `body` with each line of bytes of each patch: the patch's number among all, and where in the patch it is.
    private func forEachLine(of images: [Image], _ body: (Int, Int, UnsafeBufferPointer<UInt8>) -> Void) {
        let (side, across, down) = (patchSize, width / patchSize, height / patchSize)
        let length = 3 * side
        parallelFor(images.count * down) { item in
            let (index, row) = item.quotientAndRemainder(dividingBy: down)
            let image = images[index]
            precondition(
                image.colorModel == .rgb && image.width == width && image.height == height, "\(image) was not prepared")
            image.pixels.withUnsafeBufferPointer { pixels in
                for column in 0..<across {
                    for y in 0..<side {
                        let from = ((row * side + y) * width + column * side) * 3
                        body(
                            item * across + column, y * length,
                            UnsafeBufferPointer(rebasing: pixels[from..<from + length]))
                    }
                }
            }
        }
    }

    /// Soft random pictures, to measure how far a model's features range: the same ones each time.
    func sample() -> SampleTokens {
        var random = RandomSource(seed: 0, stage: "sample pictures")
        let images = (0..<8).map { index in
            let side = 4 + 3 * index
            return Image(
                width: side, height: side, colorModel: .rgb,
                pixels: (0..<side * side * 3).map { _ in UInt8(random.integer(below: 256)) }
            ).resized(width: width, height: height, filter: .bicubic)
        }
        return SampleTokens(hidden: self(images), offsets: (0...images.count).map { $0 * tokenCount })
    }
}
