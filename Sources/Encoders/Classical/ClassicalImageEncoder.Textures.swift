import Imaging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension ClassicalImageEncoder {
    /// Histograms of uniform local binary patterns: how often a pixel is a spot, an edge, a corner, an even place.
    ///
    /// A pixel is compared with the points of a ring around it, which may lie between pixels. If going through the ring
    /// meets at most two changes between darker and not darker, the pattern is the number of points that are not
    /// darker; all other patterns are one. The picture is in grey, stretched to a square, and black around.
    ///
    /// The histograms are those of scikit-image's `local_binary_pattern(image, points, radius, "uniform")`, which does
    /// not close the ring when it counts changes. Differs from it where a ring is as bright as its middle: that is "not
    /// darker" here, and depends on the last bits of the column's number there.
    ///
    /// - Reference: Ojala, Pietikäinen, Mäenpää, "Multiresolution gray-scale and rotation invariant texture
    ///   classification with local binary patterns", IEEE TPAMI 24(7), 2002, doi:10.1109/TPAMI.2002.1017623.
    public struct Textures: Sendable, Hashable {
        /// A ring of points around a pixel.
        public struct Ring: Sendable, Hashable {
            /// The number of points, 1 to 64.
            public var points: Int
            /// The radius in pixels, positive and at most 16.
            public var radius: Double

            /// A ring of the given number of points and radius in pixels.
            public init(points: Int, radius: Double) {
                self.points = points
                self.radius = radius
            }

            var dimension: Int { points + 2 }
        }

        /// The side of the square, in pixels: 1 to 1024.
        public var side: Int
        /// The rings; each has its own histogram of `points + 2` patterns.
        public var rings: [Ring]
        /// The length of this block, not negative; 0 leaves it out.
        public var weight: Float

        /// Histograms with the given rings. By default 8 points at radius 1 and 16 at radius 2: 28 features.
        public init(
            side: Int = 128, rings: [Ring] = [Ring(points: 8, radius: 1), Ring(points: 16, radius: 2)],
            weight: Float = 0.5
        ) {
            self.side = side
            self.rings = rings
            self.weight = weight
        }

        var dimension: Int { weight > 0 ? rings.reduce(0) { $0 + $1.dimension } : 0 }

        func validate() throws(EncoderError) {
            try check("textures.side", side, in: 1...1024)
            for ring in rings {
                try check("textures.rings.points", ring.points, in: 1...64)
                guard ring.radius > 0, ring.radius <= 16 else {
                    throw .parameter(
                        name: "textures.rings.radius", value: "\(ring.radius)", valid: "positive and at most 16")
                }
            }
            try check("textures.weight", weight: weight)
        }

        /// The square root of each pattern's count, ring after ring. All rings count the same pixels, so all have one
        /// length.
        func roots(of grey: Image) -> [Float] {
            rings.flatMap { counts(of: grey, ring: $0).map { Float($0).squareRoot() } }
        }

        /// How many pixels of a grey picture have each pattern: 0 … points, and any other.
        package func counts(of grey: Image, ring: Ring) -> [Int32] {
            let patterns = RingPatterns(grey, margin: Int(ring.radius.rounded(.up)) + 1)
            return patterns.counts(ring)
        }
    }
}

/// A grey picture with a black margin, whose patterns are counted row by row.
private struct RingPatterns {
    private let width: Int
    private let height: Int
    private let margin: Int
    private let stride: Int
    private let pixels: [Double]

    init(_ grey: Image, margin: Int) {
        width = grey.width
        height = grey.height
        self.margin = margin
        stride = width + 2 * margin
        var pixels = [Double](repeating: 0, count: stride * (height + 2 * margin))
        for y in 0..<height {
            for x in 0..<width { pixels[(y + margin) * stride + margin + x] = Double(grey.pixels[y * width + x]) }
        }
        self.pixels = pixels
    }

    /// Where a point of a ring lies: the offset of the pixel up and left of it, and the shares of the four around it.
    private struct Point {
        var offset: Int
        var shares: (Double, Double, Double, Double)
    }

    func counts(_ ring: ClassicalImageEncoder.Textures.Ring) -> [Int32] {
        let points = (0..<ring.points).map { index -> Point in
            let angle = 2 * Double.pi * Double(index) / Double(ring.points)
            // Five decimals, as scikit-image has it.
            let down = (-ring.radius * sin(angle) * 1e5).rounded(.toNearestOrEven) / 1e5
            let right = (ring.radius * cos(angle) * 1e5).rounded(.toNearestOrEven) / 1e5
            let (v, u) = (down - down.rounded(.down), right - right.rounded(.down))
            return Point(
                offset: Int(down.rounded(.down)) * stride + Int(right.rounded(.down)),
                shares: ((1 - v) * (1 - u), (1 - v) * u, v * (1 - u), v * u))
        }
        var counts = [Int32](repeating: 0, count: ring.points + 2)
        var row = Row(width: width)
        for y in 0..<height {
            row.reset()
            let start = (y + margin) * stride + margin
            for (index, point) in points.enumerated() { compare(point, from: start, first: index == 0, &row) }
            for x in 0..<width { counts[row.changes[x] <= 2 ? Int(row.ones[x]) : ring.points + 1] += 1 }
        }
        return counts
    }

    /// For each pixel of a row: how many points so far were not darker, how often that changed, and the last answer.
    private struct Row {
        var ones: [UInt8]
        var changes: [UInt8]
        var last: [UInt8]

        init(width: Int) {
            ones = [UInt8](repeating: 0, count: width)
            changes = ones
            last = ones
        }

        mutating func reset() {
            for x in ones.indices { (ones[x], changes[x]) = (0, 0) }
        }
    }

    private func compare(_ point: Point, from start: Int, first: Bool, _ row: inout Row) {
        let (a, b, c, d) = point.shares
        pixels.withUnsafeBufferPointer { pixels in
            row.ones.withUnsafeMutableBufferPointer { ones in
                row.changes.withUnsafeMutableBufferPointer { changes in
                    row.last.withUnsafeMutableBufferPointer { last in
                        for x in 0..<width {
                            let at = start + x + point.offset
                            // The rows below and the column to the right are in the margin where the share is 0.
                            let value =
                                a * pixels[at] + b * pixels[at + 1] + c * pixels[at + stride] + d
                                * pixels[at + stride + 1]
                            // Sums of shares round; equal is equal all the same.
                            let bit: UInt8 = value - pixels[start + x] >= -1e-9 ? 1 : 0
                            changes[x] &+= first ? 0 : bit ^ last[x]
                            ones[x] &+= bit
                            last[x] = bit
                        }
                    }
                }
            }
        }
    }
}
