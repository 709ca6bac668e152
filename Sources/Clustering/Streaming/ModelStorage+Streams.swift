import Tensor

extension ModelWriter {
    mutating func add(_ waiting: WaitingRows, hasTimes: Bool) {
        add(Matrix(rows: waiting.count, columns: waiting.dimension ?? 0, values: waiting.values), named: "waiting.rows")
        add(waiting.weights, named: "waiting.weights")
        if hasTimes { add(waiting.times, named: "waiting.times") }
    }

    mutating func add(_ coreset: Coreset, named name: String) {
        add(coreset.weights, named: "\(name).weights")
        add(coreset.sums, named: "\(name).sums")
        add(coreset.squaredErrors, named: "\(name).squaredErrors")
    }
}

extension ModelReader {
    /// - Parameter most: how many rows can wait.
    func waitingRows(dimension: Int?, most: Int, hasTimes: Bool) throws(TensorError) -> WaitingRows {
        let weights = try doubles("waiting.weights", least: 0)
        guard weights.count <= (dimension == nil ? 0 : most) else {
            throw problem("waiting.weights", "has \(weights.count) rows; fewer can wait")
        }
        let rows = try matrix("waiting.rows", rows: weights.count, columns: dimension ?? 0)
        return WaitingRows(
            dimension: dimension, values: rows.withUnsafeBufferPointer { Array($0) }, weights: weights,
            times: hasTimes ? try doubles("waiting.times", count: weights.count) : [])
    }

    /// - Parameters:
    ///   - most: how many groups there can be.
    ///   - least: the least weight of a group.
    func coreset(
        _ name: String, dimension: Int, most: Int, least: Double = .leastNonzeroMagnitude
    ) throws(TensorError) -> Coreset {
        var coreset = Coreset(dimension: dimension)
        coreset.weights = try doubles("\(name).weights", least: least)
        guard coreset.count <= most else { throw problem("\(name).weights", "has more than \(most) groups") }
        coreset.sums = try doubles("\(name).sums", count: coreset.count * dimension)
        coreset.squaredErrors = try doubles("\(name).squaredErrors", count: coreset.count, least: 0)
        return coreset
    }

    /// The number of features, once there are rows.
    func checkedDimension(_ dimension: Int?) throws(TensorError) -> Int? {
        guard let dimension else { return nil }
        guard (1...1 << 31).contains(dimension) else {
            throw problem("the header's dimension is \(dimension), which cannot be")
        }
        return dimension
    }
}
