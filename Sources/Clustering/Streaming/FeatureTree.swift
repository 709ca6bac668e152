import Tensor

/// BICO's tree of clustering features.
///
/// A feature is a set of points around a reference point. A point goes to the nearest feature on a level if that is near
/// enough and its squared error would stay within a threshold, else one level down among the features below it, where
/// "near" is half as large; it becomes a new feature where none is near. When there are too many, the threshold doubles
/// and the tree is built anew from the features.
struct FeatureTree {
    private struct Feature {
        var reference: Int32
        var weight: Double
        var error: Double
        /// The features one level down.
        var children: [Int32] = []
    }

    private let positions: Matrix
    /// The columns of largest variance of each point: what they differ by is a lower bound of distances.
    private let sketches: [SIMD8<Float>]
    private let most: Int
    private var threshold: Double
    private var features: [Feature] = []
    /// The means of the features, one after another.
    private var means: [Float] = []
    private var roots: [Int32] = []

    /// The feature of each point, at most `count` of them.
    ///
    /// - Complexity: O(n · f · d) for f features met on the way down.
    static func labels(_ input: CoresetInput, count: Int) -> (labels: [Int32], count: Int) {
        var tree = FeatureTree(
            input.positions, sketches: sketches(input.positions), most: count,
            threshold: smallestScale(input.positions))
        var labels = [Int32](repeating: 0, count: input.count)
        for point in 0..<input.count {
            labels[point] = tree.insert(
                reference: Int32(point), weight: input.weights[point], error: 0,
                mean: Array(input.positions.row(point)))
            guard tree.features.count > count else { continue }
            var renamed = tree.rebuild()
            while tree.features.count > count {
                let again = tree.rebuild()
                renamed = renamed.map { again[Int($0)] }
            }
            for index in 0...point { labels[index] = renamed[Int(labels[index])] }
        }
        return (labels, tree.features.count)
    }

    private init(_ positions: Matrix, sketches: [SIMD8<Float>], most: Int, threshold: Double) {
        self.positions = positions
        self.sketches = sketches
        self.most = most
        self.threshold = threshold
        features.reserveCapacity(most + 1)
    }

    private static func sketches(_ positions: Matrix) -> [SIMD8<Float>] {
        let deviations = positions.columnStandardDeviations()
        let columns = deviations.indices.sorted { (-deviations[$0], $0) < (-deviations[$1], $1) }.prefix(8)
        return (0..<positions.rows).map { row in
            var sketch = SIMD8<Float>.zero
            for (lane, column) in columns.enumerated() { sketch[lane] = positions[row, column] }
            return sketch
        }
    }

    /// A squared distance that is small among the points: the least positive one among some of them.
    private static func smallestScale(_ positions: Matrix) -> Double {
        let count = min(positions.rows, 256)
        let rows = (0..<count).map { $0 * positions.rows / count }
        var least = Double.infinity
        for a in 0..<count {
            for b in 0..<a {
                let distance = Metric.euclidean.distance(positions.row(rows[a]), positions.row(rows[b]))
                if distance > 0 { least = min(least, distance * distance) }
            }
        }
        return least.isFinite ? least : 1
    }

    /// Takes a point, or a feature of points, in.
    ///
    /// - Returns: the feature that it has joined.
    private mutating func insert(reference: Int32, weight: Double, error: Double, mean: [Float]) -> Int32 {
        let dimension = positions.columns
        var parent: Int32?
        // The squared radius of the first level; each below has half of it.
        var radius = threshold / 8
        while true {
            guard let nearest = nearestFeature(to: reference, below: parent, within: radius) else {
                return add(reference, weight, error, mean, below: parent)
            }
            let index = Int(nearest)
            let apart = means.withUnsafeBufferPointer { means in
                means.baseAddress.map { RowKernel.squaredDistance($0 + index * dimension, mean, count: dimension) } ?? 0
            }
            let total = features[index].weight + weight
            let joint = features[index].error + error + features[index].weight * weight / total * apart
            if joint <= threshold {
                let share = Float(weight / total)
                for column in 0..<dimension {
                    means[index * dimension + column] += share * (mean[column] - means[index * dimension + column])
                }
                features[index].weight = total
                features[index].error = joint
                return nearest
            }
            parent = nearest
            radius /= 2
        }
    }

    /// The feature on a level whose reference is nearest, if that is within a squared radius; the later of equals.
    private func nearestFeature(to reference: Int32, below parent: Int32?, within radius: Double) -> Int32? {
        let dimension = positions.columns
        let sketch = sketches[Int(reference)]
        return positions.withUnsafeBufferPointer { positions in
            guard let start = positions.baseAddress else { return nil }
            let target = start + Int(reference) * dimension
            var best: Int32?
            var least = radius
            // What rounding may add to the sum of eight squares.
            var limit = Float(least) * (1 + 0x1p-20)
            for feature in parent.map({ features[Int($0)].children }) ?? roots {
                let other = Int(features[Int(feature)].reference)
                let difference = sketches[other] - sketch
                guard (difference * difference).sum() <= limit else { continue }
                let distance = RowKernel.squaredDistance(start + other * dimension, target, count: dimension)
                guard distance <= least else { continue }
                (best, least) = (feature, distance)
                limit = Float(least) * (1 + 0x1p-20)
            }
            return best
        }
    }

    private mutating func add(
        _ reference: Int32, _ weight: Double, _ error: Double, _ mean: [Float], below parent: Int32?
    ) -> Int32 {
        let index = Int32(features.count)
        features.append(Feature(reference: reference, weight: weight, error: error))
        means += mean
        if let parent { features[Int(parent)].children.append(index) } else { roots.append(index) }
        return index
    }

    /// Doubles the threshold and builds the tree anew.
    ///
    /// - Returns: the new number of each feature.
    private mutating func rebuild() -> [Int32] {
        let dimension = positions.columns
        var next = FeatureTree(positions, sketches: sketches, most: most, threshold: threshold * 2)
        let renamed = features.indices.map { index in
            next.insert(
                reference: features[index].reference, weight: features[index].weight, error: features[index].error,
                mean: Array(means[index * dimension..<(index + 1) * dimension]))
        }
        self = next
        return renamed
    }
}
