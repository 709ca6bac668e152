import Tensor

extension ModelWriter {
    /// Rows that models compare new rows with, unless nothing is known of them.
    mutating func add(_ rows: PreparedRows) {
        guard !rows.areAbsent else { return }
        add(rows.original, named: "rows")
        if let shift = rows.shift { add(shift, named: "shift") }
    }
}

extension ModelReader {
    /// What was subtracted from rows before they were compared, if anything.
    func shift(_ name: String = "shift", columns: Int) throws(TensorError) -> [Double]? {
        holds(name) ? try doubles(name, count: columns) : nil
    }

    /// So many rows, ready to be compared by a metric.
    ///
    /// - Parameter areAbsent: whether nothing is known of them.
    func preparedRows(_ metric: Metric, count: Int, areAbsent: Bool) throws(TensorError) -> PreparedRows {
        guard !areAbsent else { return PreparedRows(absent: count) }
        guard count > 0 else { throw problem("rows", "has none") }
        let rows = try matrix("rows", rows: count)
        if metric == .precomputed {
            let rows = try checked(rows) { (rows) throws(ClusteringError) in try rows.requireFeatures(for: metric) }
            return PreparedRows(rows, metric: metric)
        }
        return PreparedRows(
            mapped: rows, metric: try checkedMetric(metric, columns: rows.columns),
            shift: try shift(columns: rows.columns))
    }

    /// A metric that rows of so many columns can be compared by.
    func checkedMetric(_ metric: Metric, columns: Int, withCentroids: Bool = false) throws(TensorError) -> Metric {
        try checked(metric) { (metric) throws(ClusteringError) in
            if withCentroids { try metric.requireCentroids() }
            try metric.validate(columns: columns)
        }
    }
}
