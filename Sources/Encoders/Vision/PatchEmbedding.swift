import Imaging
import Tensor

/// The first vectors of pictures' tokens: patches with their positions, the class token and registers before them.
struct PatchEmbedding: Sendable {
    /// Pixels along a patch's side.
    var patchSize: Int { patches.patchSize }
    /// The size of the pictures that it takes.
    let width, height: Int
    private let patches: PatchProjection
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
        (width, height) = (processor.width, processor.height)
        (self.leading, self.positions) = (leading, positions)
        self.firstNormalization = firstNormalization
        patches = PatchProjection(
            weights: patchWeights, bias: patchBias, scaling: processor.scaling, precision: precision)
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
        for image in images {
            precondition(image.width == width && image.height == height, "\(image) was not prepared")
        }
        let projected = patches(images)
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

    /// Tokens of pictures to measure how far a model's features range.
    func sample() -> SampleTokens {
        let images = Image.samples(width: width, height: height)
        return SampleTokens(hidden: self(images), offsets: (0...images.count).map { $0 * tokenCount })
    }
}
