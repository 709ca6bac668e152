import Tensor

/// How much each patch of a picture has to do with something: with the picture's vector, or with a direction of its
/// space.
///
/// Maps of one kind and one model can be compared with each other as they are; ``normalized()`` brings each to 0 … 1.
public struct HeatMap: Sendable, Equatable {
    /// A number for each patch, row by row from the top left. `[h × w]`
    public let values: Matrix
    /// The part of the picture that the patches cover.
    public let region: Region

    /// A rectangle in pixels of the picture that was explained, which stands upright; fractions of pixels where it was
    /// resized.
    ///
    /// Models see the middle of a picture that is longer than wide, and black around one that is too small: then the
    /// rectangle is larger than the picture.
    public struct Region: Sendable, Hashable {
        /// The left edge.
        public var x: Double
        /// The upper edge.
        public var y: Double
        /// From the left edge to the right.
        public var width: Double
        /// From the upper edge to the lower.
        public var height: Double

        /// A rectangle.
        public init(x: Double, y: Double, width: Double, height: Double) {
            (self.x, self.y, self.width, self.height) = (x, y, width, height)
        }

        /// The rectangle in a copy of the picture that is so many times as wide and as high.
        public func scaled(x across: Double, y down: Double) -> Region {
            Region(x: x * across, y: y * down, width: width * across, height: height * down)
        }
    }

    /// A map of the given numbers.
    public init(values: Matrix, region: Region) {
        self.values = values
        self.region = region
    }

    /// The map with the least number at 0 and the greatest at 1; zeros where all are the same.
    ///
    /// - Complexity: O(h · w).
    public func normalized() -> HeatMap {
        let numbers = values.elements
        guard let least = numbers.min(), let greatest = numbers.max(), least < greatest else {
            return HeatMap(values: Matrix(rows: values.rows, columns: values.columns), region: region)
        }
        // Half the range first, which cannot overflow.
        let range = greatest / 2 - least / 2
        return HeatMap(
            values: Matrix(
                rows: values.rows, columns: values.columns, values: numbers.map { ($0 / 2 - least / 2) / range }),
            region: region)
    }

    /// The number at a point of the picture, in pixels from its upper left corner: between the centres of patches, what
    /// lies on straight lines between theirs (bilinear); `nil` outside ``region``.
    ///
    /// - Complexity: O(1).
    public func value(x: Double, y: Double) -> Float? {
        let (across, down) = ((x - region.x) / region.width, (y - region.y) / region.height)
        guard (0...1).contains(across), (0...1).contains(down), values.count > 0 else { return nil }
        let (column, columnShare) = Self.place(across, values.columns)
        let (row, rowShare) = Self.place(down, values.rows)
        func mixed(_ row: Int) -> Float {
            let (left, right) = (values[row, column], values[row, min(column + 1, values.columns - 1)])
            return left + (right - left) * columnShare
        }
        let (upper, lower) = (mixed(row), mixed(min(row + 1, values.rows - 1)))
        return upper + (lower - upper) * rowShare
    }

    /// Between which places a share of a side lies.
    private static func place(_ share: Double, _ count: Int) -> (first: Int, share: Float) {
        let position = min(max(share * Double(count) - 0.5, 0), Double(count - 1))
        return (Int(position), Float(position - position.rounded(.down)))
    }
}
