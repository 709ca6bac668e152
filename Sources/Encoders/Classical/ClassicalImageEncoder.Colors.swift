import Imaging

extension ClassicalImageEncoder {
    /// A histogram of colours in hue, saturation and value.
    ///
    /// A colour index is the oldest way to find a picture among others, and stays a strong one: it does not care where
    /// a thing is, how it is turned, or how large it is.
    ///
    /// Pixels that are less than half opaque are not counted. (On clip art with transparent margins, counting them as
    /// white cost up to two thirds of the adjusted Rand index.)
    ///
    /// - Reference: Swain, Ballard, "Color indexing", International Journal of Computer Vision 7, 1991,
    ///   doi:10.1007/BF00130487; Smith, "Color gamut transform pairs", SIGGRAPH 1978, doi:10.1145/800248.807361.
    public struct Colors: Sendable, Hashable {
        /// The number of equal parts of the colour circle, 1 to 256. The first begins at red.
        public var hueBins: Int
        /// The number of equal parts of saturation, 1 to 256.
        public var saturationBins: Int
        /// The number of equal parts of value, the brightest channel: 1 to 256.
        public var valueBins: Int
        /// The length of this block, not negative; 0 leaves it out.
        public var weight: Float

        /// A histogram of hue × saturation × value bins: 16 × 4 × 4 by default, with weight 1.
        public init(hueBins: Int = 16, saturationBins: Int = 4, valueBins: Int = 4, weight: Float = 1) {
            self.hueBins = hueBins
            self.saturationBins = saturationBins
            self.valueBins = valueBins
            self.weight = weight
        }

        var dimension: Int { weight > 0 ? hueBins * saturationBins * valueBins : 0 }

        func validate() throws(EncoderError) {
            try check("colors.hueBins", hueBins, in: 1...256)
            try check("colors.saturationBins", saturationBins, in: 1...256)
            try check("colors.valueBins", valueBins, in: 1...256)
            try check("colors.weight", weight: weight)
        }

        /// The square root of each bin's count.
        func roots(of image: Image) -> [Float] { counts(of: image).map { Float($0).squareRoot() } }

        /// How many pixels fall into each bin: `[hue × saturation × value]`.
        package func counts(of image: Image) -> [Int32] {
            var counts = [Int32](repeating: 0, count: hueBins * saturationBins * valueBins)
            let rgb = image.convertedToRGB()
            let alphaStride = image.channelCount
            let bins = (UInt32(hueBins), UInt32(saturationBins), UInt32(valueBins))
            counts.withUnsafeMutableBufferPointer { counts in
                rgb.pixels.withUnsafeBufferPointer { pixels in
                    image.pixels.withUnsafeBufferPointer { original in
                        for index in 0..<image.width * image.height {
                            if image.colorModel.hasAlpha && original[(index + 1) * alphaStride - 1] < 128 { continue }
                            let bin = Self.bin(pixels[index * 3], pixels[index * 3 + 1], pixels[index * 3 + 2], bins)
                            counts[bin] &+= 1
                        }
                    }
                }
            }
            return counts
        }

        /// The bin of a colour. Whole numbers throughout: hue is `angle / (6 · chroma)` of a turn, saturation
        /// `chroma / value`. Greys have hue 0.
        @inline(__always)
        private static func bin(
            _ red: UInt8, _ green: UInt8, _ blue: UInt8, _ bins: (hue: UInt32, saturation: UInt32, value: UInt32)
        ) -> Int {
            let (r, g, b) = (Int32(red), Int32(green), Int32(blue))
            let value = max(r, g, b)
            let chroma = value &- min(r, g, b)
            let brightness = (UInt32(bitPattern: value) &* bins.value) >> 8
            if chroma == 0 { return Int(brightness) }
            var angle = r == value ? g &- b : g == value ? b &- r &+ 2 &* chroma : r &- g &+ 4 &* chroma
            if angle < 0 { angle &+= 6 &* chroma }
            let hue = UInt32(bitPattern: angle) &* bins.hue / (6 &* UInt32(bitPattern: chroma))
            let saturation = min(
                bins.saturation &- 1, UInt32(bitPattern: chroma) &* bins.saturation / UInt32(bitPattern: value))
            return Int((hue &* bins.saturation &+ saturation) &* bins.value &+ brightness)
        }
    }
}
