import Imaging
import Tensor

/// From pictures' bytes to a vector for each patch.
struct PatchProjection: Sendable {
    /// Pixels along a patch's side.
    let patchSize: Int
    /// From a patch's bytes, row by row, to its vector; pixels' scale and shift are within.
    private let layer: LinearLayer

    /// - Parameters:
    ///   - weights: `[width, 3, patchSize, patchSize]`.
    ///   - bias: `[width]`.
    ///   - precision: the numbers to compute in.
    init(
        weights: NDArray, bias: NDArray?, scaling: PixelScaling, precision: LinearLayer.Precision = .float32
    ) {
        patchSize = weights.shape[2]
        layer = Self.layer(weights, bias, scaling, precision)
    }

    /// The product that takes bytes as they lie in pictures: Σ w · (scale · byte + shift) = Σ (w · scale) · byte + Σ w · shift.
    private static func layer(
        _ weights: NDArray, _ bias: NDArray?, _ scaling: PixelScaling, _ precision: LinearLayer.Precision
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
                            target[(output * area + pixel) * 3 + channel] = Float(weight * scaling.scales[channel])
                            offsets[output] += weight * scaling.shifts[channel]
                        }
                    }
                }
            }
        }
        return LinearLayer(weights: matrix, bias: NDArray(offsets.map { Float($0) }), precision: precision)
    }

    /// The patches of a picture, across and down; what is left at the right and the bottom is not looked at.
    func grid(of image: Image) -> (across: Int, down: Int) { (image.width / patchSize, image.height / patchSize) }

    /// The vectors of the patches of RGB pictures, row by row, picture after picture. `[patches × width]`
    func callAsFunction(_ images: [Image]) -> Matrix {
        // Rows of patches, and the number of the first patch of each.
        var lines: [PatchLine] = []
        var count = 0
        for (index, image) in images.enumerated() {
            precondition(image.colorModel == .rgb, "\(image) was not prepared")
            let (across, down) = grid(of: image)
            for row in 0..<down { lines.append(PatchLine(image: index, row: row, first: count + row * across)) }
            count += across * down
        }
        let depth = 3 * patchSize * patchSize
        guard layer.precision == .int8 else {
            return layer.apply(
                to: Matrix(rows: count, columns: depth) { target in
                    nonisolated(unsafe) let target = target
                    forEachLine(lines, of: images) { patch, offset, line in
                        let place = patch * depth + offset
                        for index in 0..<line.count { target[place + index] = Float(line[index]) }
                    }
                })
        }
        // Bytes are what products of bytes want: nothing is rounded.
        let rows = QuantizedRows(bytes: count, depth: depth)
        forEachLine(lines, of: images) { patch, offset, line in
            if let start = line.baseAddress {
                (rows.bytes(ofRow: patch) + offset).update(from: start, count: line.count)
            }
        }
        return layer.multiply(rows)
    }

    /// A row of patches of a picture.
    private struct PatchLine {
        let image, row: Int
        /// The number of its first patch among those of all pictures.
        let first: Int
    }

    /// Calls `body` with each line of bytes of each patch: the patch's number among all, and where in the patch it is.
    private func forEachLine(
        _ lines: [PatchLine], of images: [Image], _ body: (Int, Int, UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let length = 3 * patchSize
        parallelFor(lines.count) { item in
            let (line, image) = (lines[item], images[lines[item].image])
            image.pixels.withUnsafeBufferPointer { pixels in
                for column in 0..<grid(of: image).across {
                    for y in 0..<patchSize {
                        let from = ((line.row * patchSize + y) * image.width + column * patchSize) * 3
                        body(
                            line.first + column, y * length,
                            UnsafeBufferPointer(rebasing: pixels[from..<from + length]))
                    }
                }
            }
        }
    }
}

extension Image {
    /// Soft random pictures, to measure how far a model's features range: the same ones each time.
    static func samples(width: Int, height: Int) -> [Image] {
        var random = RandomSource(seed: 0, stage: "sample pictures")
        return (0..<8).map { index in
            let side = 4 + 3 * index
            return Image(
                width: side, height: side, colorModel: .rgb,
                pixels: (0..<side * side * 3).map { _ in UInt8(random.integer(below: 256)) }
            ).resized(width: width, height: height, filter: .bicubic)
        }
    }
}
