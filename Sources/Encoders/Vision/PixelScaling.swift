import Imaging
import Tensor

/// What becomes of a picture's bytes: multiplied and shifted, channel by channel.
struct PixelScaling: Sendable, Hashable {
    /// What a byte of each channel is multiplied with.
    let scales: [Double]
    /// What is added then.
    let shifts: [Double]

    /// Reads `rescale_factor`, `image_mean` and `image_std` of a `preprocessor_config.json`.
    init(_ file: ModelConfiguration) throws(EncoderError) {
        let factor =
            try file.boolean("do_rescale", default: true) ? file.number("rescale_factor", default: 1 / 255.0) : 1
        guard try file.boolean("do_normalize", default: true) else {
            (scales, shifts) = ([factor, factor, factor], [0, 0, 0])
            return
        }
        guard let means = try file.numbers("image_mean", count: 3),
            let deviations = try file.numbers("image_std", count: 3)
        else { throw file.failure("image_mean", "and image_std are missing") }
        guard deviations.allSatisfy({ $0 > 0 }) else { throw file.failure("image_std", "must be above 0") }
        scales = deviations.map { factor / $0 }
        shifts = zip(means, deviations).map { -$0 / $1 }
    }

    /// The numbers of an RGB picture, channel by channel. `[3, height, width]`
    func values(of image: Image) -> NDArray {
        let area = image.width * image.height
        return NDArray(shape: [3, image.height, image.width]) { target in
            image.pixels.withUnsafeBufferPointer { pixels in
                guard let pixels = pixels.baseAddress, let target = target.baseAddress else { return }
                for channel in 0..<3 {
                    // What each byte becomes.
                    let values = (0..<256).map { Float(Double($0) * scales[channel] + shifts[channel]) }
                    values.withUnsafeBufferPointer { values in
                        for pixel in 0..<area {
                            (target + channel * area + pixel).initialize(to: values[Int(pixels[pixel * 3 + channel])])
                        }
                    }
                }
            }
        }
    }
}
