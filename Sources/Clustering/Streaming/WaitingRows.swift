import Tensor

/// Rows of a stream that have not been reduced yet.
struct WaitingRows: Sendable, Equatable {
    /// The number of features; `nil` before the first row.
    private(set) var dimension: Int?
    /// Row by row. `[n × d]`
    private(set) var values: [Float] = []
    /// `[n]`
    private(set) var weights: [Double] = []
    /// When each row came, where that matters; else empty. `[n]`
    private(set) var times: [Double] = []

    init() {}

    init(dimension: Int?, values: [Float], weights: [Double], times: [Double]) {
        self.dimension = dimension
        self.values = values
        self.weights = weights
        self.times = times
    }

    var count: Int { weights.count }

    /// Adds some of the rows of a batch.
    ///
    /// - Parameter clock: the time before the first of them; `nil` where times do not matter.
    mutating func append(_ rows: Matrix, _ part: Range<Int>, weights: [Double]?, after clock: Double?) {
        dimension = rows.columns
        rows.withUnsafeBufferPointer { buffer in
            values.append(contentsOf: buffer[part.lowerBound * rows.columns..<part.upperBound * rows.columns])
        }
        if let weights {
            self.weights += weights[part]
        } else {
            self.weights += repeatElement(1, count: part.count)
        }
        if let clock { times += part.indices.map { clock + Double($0 - part.lowerBound + 1) } }
    }

    mutating func append(_ other: WaitingRows) {
        dimension = dimension ?? other.dimension
        values += other.values
        weights += other.weights
        times += other.times
    }

    mutating func removeFirst(_ count: Int) {
        guard count < self.count else {
            values.removeAll(keepingCapacity: true)
            weights.removeAll(keepingCapacity: true)
            return times.removeAll(keepingCapacity: true)
        }
        values.removeFirst(count * (dimension ?? 0))
        weights.removeFirst(count)
        if !times.isEmpty { times.removeFirst(count) }
    }

    mutating func removeLast(_ count: Int) {
        values.removeLast(count * (dimension ?? 0))
        weights.removeLast(count)
        if !times.isEmpty { times.removeLast(count) }
    }

    mutating func shiftTimes(by difference: Double) {
        guard difference != 0 else { return }
        for index in times.indices { times[index] += difference }
    }

    /// The time of the newest row of a part; `nil` where times do not matter.
    func time(ofLastIn part: Range<Int>) -> Double? { times.isEmpty ? nil : times[part].max() }

    /// Some of the rows, with the weights that they have at a time.
    func input(_ part: Range<Int>, at time: Double?, halfLife: Double?) -> CoresetInput {
        let columns = dimension ?? 0
        let rows = Matrix(
            rows: part.count, columns: columns,
            values: values[part.lowerBound * columns..<part.upperBound * columns])
        var weights = Array(weights[part])
        if let halfLife, let time {
            for (index, row) in part.enumerated() { weights[index] *= powerOfTwo((times[row] - time) / halfLife) }
        }
        return CoresetInput(rows, weights: weights)
    }
}
