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
    init(weights: NDArray, bias: NDArray?, scaling: PixelScaling) {
        patchSize = weights.shape[2]
        layer = Self.layer(weights, bias, scaling)
    }

    /// The product that takes bytes as they lie in pictures: Σ w · (scale · byte + shift) = Σ (w · scale) · byte + Σ w · shift.
    private static func layer(_ weights: NDArray, _ bias: NDArray?, _ scaling: PixelScaling) -> LinearLayer {
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
        return LinearLayer(weights: matrix, bias: NDArray(offsets.map { Float($0) }))
    }

    /// The patches of a picture, across and down; what is left at the right and the bottom is not looked at.
    func grid(of image: Image) -> (across: Int, down: Int) { (image.width / patchSize, image.height / patchSize) }

    /// The vectors of the patches of RGB pictures, row by row, picture after picture. `[patches × width]`
    func callAsFunction(_ images: [Image]) -> Matrix { layer.apply(to: gatherPatches(images)) }

    /// The bytes of patches as numbers. `[patches × 3 · patchSize²]`
    private func gatherPatches(_ images: [Image]) -> Matrix {
        let side = patchSize
        let line = 3 * side
        // Rows of patches, and the number of the first patch of each.
        var rows: [(image: Int, row: Int, first: Int)] = []
        var count = 0
        for (index, image) in images.enumerated() {
            precondition(image.colorModel == .rgb, "\(image) was not prepared")
            let (across, down) = grid(of: image)
            for row in 0..<down { rows.append((index, row, count + row * across)) }
            count += across * down
        }
        return Matrix(rows: count, columns: line * side) { target in
            nonisolated(unsafe) let target = target
            parallelFor(rows.count) { item in
                let (index, row, first) = rows[item]
                let image = images[index]
                image.pixels.withUnsafeBufferPointer { pixels in
                    for column in 0..<grid(of: image).across {
                        for y in 0..<side {
                            let from = ((row * side + y) * image.width + column * side) * 3
                            let to = (first + column) * line * side + y * line
                            for offset in 0..<line { target[to + offset] = Float(pixels[from + offset]) }
                        }
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
