import Tensor

/// The vectors of positions on a grid of patches.
struct PositionGrid: Sendable {
    let width, height: Int
    /// Row by row. `[height · width × features]`
    let vectors: Matrix

    /// - Precondition: there are as many vectors as places.
    init(width: Int, height: Int, vectors: Matrix) {
        precondition(vectors.rows == width * height, "\(vectors) on a grid of \(width) × \(height)")
        (self.width, self.height, self.vectors) = (width, height, vectors)
    }

    /// How a grid is made one of another size, as PyTorch's `interpolate` has it.
    ///
    /// - Reference: Keys, "Cubic convolution interpolation for digital image processing", 1981,
    ///   doi:10.1109/TASSP.1981.1163711.
    enum Interpolation {
        /// Cubic convolution with a = −3/4.
        case cubic
        /// With a = −1/2, and every place counts where the grid becomes smaller.
        case antialiasedCubic
        /// Between two places; corners stay at the corners.
        case linear

        /// The places that a new one is mixed from, and their weights.
        fileprivate var taps: (_ place: Int, _ old: Int, _ new: Int) -> [(Int, Float)] {
            switch self {
            case .cubic: PositionGrid.taps
            case .antialiasedCubic: PositionGrid.wideTaps
            case .linear: PositionGrid.linearTaps
            }
        }
    }

    /// The grid for pictures of another size.
    func resized(width newWidth: Int, height newHeight: Int, _ interpolation: Interpolation) -> PositionGrid {
        if newWidth == width && newHeight == height { return self }
        let taps = interpolation.taps
        let columns = (0..<newWidth).map { taps($0, width, newWidth) }
        let rows = (0..<newHeight).map { taps($0, height, newHeight) }
        let features = vectors.columns
        let result = Matrix(rows: newWidth * newHeight, columns: features) { target in
            vectors.withUnsafeBufferPointer { source in
                nonisolated(unsafe) let (source, target) = (source, target)
                parallelFor(newHeight) { y in
                    for x in 0..<newWidth {
                        let place = (y * newWidth + x) * features
                        for feature in 0..<features {
                            var sum: Float = 0
                            for (row, vertical) in rows[y] {
                                var line: Float = 0
                                for (column, horizontal) in columns[x] {
                                    line += horizontal * source[(row * width + column) * features + feature]
                                }
                                sum += vertical * line
                            }
                            target[place + feature] = sum
                        }
                    }
                }
            }
        }
        return PositionGrid(width: newWidth, height: newHeight, vectors: result)
    }

    private static func taps(_ place: Int, from old: Int, to new: Int) -> [(Int, Float)] {
        let center = (Double(place) + 0.5) * Double(old) / Double(new) - 0.5
        let first = Int(center.rounded(.down)) - 1
        return (first..<first + 4).map {
            (min(max($0, 0), old - 1), Float(cubic(Double($0) - center, a: -0.75)))
        }
    }

    private static func wideTaps(_ place: Int, from old: Int, to new: Int) -> [(Int, Float)] {
        let scale = Double(old) / Double(new)
        let stretch = max(scale, 1)
        let center = (Double(place) + 0.5) * scale
        let first = max(Int(center - 2 * stretch + 0.5), 0)
        let end = min(Int(center + 2 * stretch + 0.5), old)
        let weights = (first..<end).map { cubic((Double($0) - center + 0.5) / stretch, a: -0.5) }
        let sum = weights.reduce(0, +)
        return weights.enumerated().map { (first + $0, Float($1 / sum)) }
    }

    private static func linearTaps(_ place: Int, from old: Int, to new: Int) -> [(Int, Float)] {
        let step = new > 1 ? Float(old - 1) / Float(new - 1) : 0
        let center = step * Float(place)
        let first = min(Int(center), old - 1)
        let share = center - Float(first)
        return [(first, 1 - share), (min(first + 1, old - 1), share)]
    }

    private static func cubic(_ x: Double, a: Double) -> Double {
        let x = abs(x)
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    }
}
