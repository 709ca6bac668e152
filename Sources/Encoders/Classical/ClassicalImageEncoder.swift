import Imaging
import Tensor

/// Describes pictures by colours, outlines and textures, without a trained model.
///
/// The vector of a picture is three blocks side by side: a histogram of colours (``Colors``), histograms of oriented
/// gradients (``Gradients``), and histograms of local binary patterns (``Textures``). Each block has length 1, times
/// its weight, so squared distances between vectors are weighted sums of the blocks' squared distances. Block by block
/// the counts are replaced by their square roots where they are counts: the Euclidean distance is then the Hellinger
/// distance of the two distributions, which common colours do not drown.
///
/// ```swift
/// let vectors = try ClassicalImageEncoder().encode(images)      // [n × 2048]
/// ```
///
/// Pictures of any size are first fitted within ``side`` pixels. Transparent pixels have no colour; for outlines and
/// textures, pictures are composited on white.
///
/// - Complexity: O(pixels + side²) for each picture. About 32 bytes for each of side² pixels on each thread.
public struct ClassicalImageEncoder: Encoder {
    /// The histogram of colours: [hue × saturation × value].
    public var colors: Colors
    /// The histograms of oriented gradients.
    public var gradients: Gradients
    /// The histograms of local binary patterns.
    public var textures: Textures
    /// The longest side, in pixels, at which colours are counted: at least 1. Larger pictures are reduced to it.
    public var side: Int

    /// An encoder with the given parameters.
    public init(
        colors: Colors = Colors(), gradients: Gradients = Gradients(), textures: Textures = Textures(), side: Int = 256
    ) {
        self.colors = colors
        self.gradients = gradients
        self.textures = textures
        self.side = side
    }

    /// The number of features: 2048 by default (256 of colour, 1764 of outline, 28 of texture). A block of weight 0 has
    /// none.
    public var dimension: Int { colors.dimension + gradients.dimension + textures.dimension }

    /// Throws ``EncoderError/parameter(name:value:valid:)`` when a parameter is out of its range.
    public func validate() throws(EncoderError) {
        guard side >= 1 else { throw .parameter(name: "side", value: "\(side)", valid: "at least 1") }
        try colors.validate()
        try gradients.validate()
        try textures.validate()
        guard dimension > 0 else {
            throw .parameter(name: "weight", value: "0 in all blocks", valid: "positive in one of them")
        }
    }

    /// The picture fitted within ``side`` pixels.
    public func prepare(_ image: Image) -> Image { image.fitted(within: side, filter: .bilinear) }

    /// The vectors of `images`, in order: `[images.count × dimension]`.
    ///
    /// - Throws: ``EncoderError/parameter(name:value:valid:)``, or `.cancelled`.
    /// - Complexity: O(pixels + n · side²), in parallel over pictures.
    public func encode(_ images: [Image], progress: ProgressHandler) throws(EncoderError) -> Matrix {
        try validate()
        let dimension = dimension
        return try Matrix(rows: images.count, columns: dimension) { buffer throws(EncoderError) in
            let batch = 64
            for start in stride(from: 0, to: images.count, by: batch) {
                guard progress.advance("encoding pictures", start, of: images.count) else { throw .cancelled }
                parallelFor(min(batch, images.count - start)) { index in
                    let row = (start + index) * dimension
                    encode(
                        images[start + index], into: UnsafeMutableBufferPointer(rebasing: buffer[row..<row + dimension])
                    )
                }
            }
            guard progress.advance("encoding pictures", images.count, of: images.count) else { throw .cancelled }
        }
    }

    /// The vector of one picture, for callers that decode, encode and drop pictures one by one.
    ///
    /// - Throws: ``EncoderError/parameter(name:value:valid:)``.
    /// - Complexity: O(pixels + side²).
    public func encode(_ image: Image) throws(EncoderError) -> [Float] {
        try validate()
        let dimension = dimension
        return [Float](unsafeUninitializedCapacity: dimension) { buffer, initialized in
            encode(image, into: UnsafeMutableBufferPointer(rebasing: buffer[..<dimension]))
            initialized = dimension
        }
    }

    private func encode(_ image: Image, into target: UnsafeMutableBufferPointer<Float>) {
        var rest = target[...]
        func next(_ values: [Float], weight: Float) {
            let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let scale = length > 0 ? weight / length : 0
            for (index, value) in values.enumerated() { rest[rest.startIndex + index] = value * scale }
            rest = rest.dropFirst(values.count)
        }
        let image = prepare(image)
        if colors.dimension > 0 { next(colors.roots(of: image), weight: colors.weight) }
        guard gradients.dimension + textures.dimension > 0 else { return }
        let grey = image.convertedToGrey()
        if gradients.dimension > 0 {
            next(gradients.histograms(of: grey.square(gradients.side)), weight: gradients.weight)
        }
        if textures.dimension > 0 {
            next(textures.roots(of: grey.square(textures.side)), weight: textures.weight)
        }
    }
}

extension Image {
    /// The picture stretched to a square.
    fileprivate func square(_ side: Int) -> Image { resized(width: side, height: side, filter: .bilinear) }
}

/// Throws when `value` is not in `range`.
func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws(EncoderError) {
    guard range.contains(value) else {
        throw .parameter(name: name, value: "\(value)", valid: "from \(range.lowerBound) to \(range.upperBound)")
    }
}

/// Throws when `value` is no weight.
func check(_ name: String, weight value: Float) throws(EncoderError) {
    guard value >= 0, value.isFinite else {
        throw .parameter(name: name, value: "\(value)", valid: "finite and not negative")
    }
}
