import Imaging
import Tensor

extension HeatMap {
    /// The map over its picture: patches of great numbers glow, what the model did not see is grey.
    ///
    /// ```swift
    /// try Data(map.normalized().overlay(on: image).pngData()).write(to: url)
    /// ```
    ///
    /// - Parameters:
    ///   - image: the picture that was explained. Transparency is put on white.
    ///   - range: which numbers are the coldest and the hottest.
    ///   - opacity: how much of the colour comes from the map, 0 to 1.
    /// - Returns: A picture of the same size, RGB.
    /// - Precondition: `opacity` is in 0 … 1.
    /// - Complexity: O(pixels).
    public func overlay(
        on image: Image, range: ClosedRange<Float> = 0...1, opacity: Double = 0.6
    ) -> Image {
        precondition((0...1).contains(opacity), "an opacity of \(opacity)")
        let rgb = image.convertedToRGB()
        let (width, height) = (rgb.width, rgb.height)
        let share = Float(opacity)
        let span = range.upperBound - range.lowerBound
        let rows = parallelMap(height) { y in
            [UInt8](unsafeUninitializedCapacity: width * 3) { target, count in
                count = width * 3
                rgb.pixels.withUnsafeBufferPointer { pixels in
                    for x in 0..<width {
                        let start = (y * width + x) * 3
                        let color: (Float, Float, Float)
                        if let value = self.value(x: Double(x) + 0.5, y: Double(y) + 0.5) {
                            color = Self.color(span > 0 ? (value - range.lowerBound) / span : 0)
                        } else {
                            let grey = (Float(pixels[start]) + Float(pixels[start + 1]) + Float(pixels[start + 2])) / 3
                            color = (grey, grey, grey)
                        }
                        for (channel, wanted) in [color.0, color.1, color.2].enumerated() {
                            let own = Float(pixels[start + channel])
                            target[x * 3 + channel] = UInt8((own + (wanted - own) * share).rounded())
                        }
                    }
                }
            }
        }
        return Image(width: width, height: height, colorModel: .rgb, pixels: Array(rows.joined()))
    }

    /// From dark blue by red to pale yellow, ever lighter, so that it reads in grey, too.
    private static let scale: [(Float, Float, Float)] = [
        (16, 14, 70), (92, 24, 120), (186, 48, 92), (244, 128, 40), (254, 244, 170),
    ]

    /// The colour of a number from 0 to 1.
    private static func color(_ heat: Float) -> (Float, Float, Float) {
        let position = min(max(heat, 0), 1) * Float(scale.count - 1)
        let first = min(Int(position), scale.count - 2)
        let (low, high, share) = (scale[first], scale[first + 1], position - Float(first))
        return (
            low.0 + (high.0 - low.0) * share, low.1 + (high.1 - low.1) * share, low.2 + (high.2 - low.2) * share
        )
    }
}
