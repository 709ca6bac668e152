import Tensor

/// Writes the state of a stream: texts and numbers into the header of a `.safetensors` file, arrays behind it.
struct SnapshotWriter {
    private var writer: SafetensorsWriter

    init(format: String) { writer = SafetensorsWriter(metadata: ["format": format]) }

    mutating func set(_ key: String, _ text: String?) { writer.metadata[key] = text }
    mutating func set(_ key: String, _ number: some FixedWidthInteger) { writer.metadata[key] = "\(number)" }
    /// Swift writes the shortest text that is read as the same number.
    mutating func set(_ key: String, _ number: Double?) { writer.metadata[key] = number.map { "\($0)" } }

    mutating func add(_ values: [Double], named name: String) {
        writer.add(values.map { Int(truncatingIfNeeded: $0.bitPattern) }, named: name)
    }

    mutating func add(_ values: [Int], named name: String) { writer.add(values, named: name) }

    mutating func add(_ matrix: Matrix, named name: String) { writer.add(NDArray(matrix), named: name) }

    func write(to path: String) throws(TensorError) { try writer.write(to: path) }
}

/// Reads what a ``SnapshotWriter`` wrote, and believes nothing of it.
struct SnapshotReader {
    let path: String
    private let file: SafetensorsFile

    init(_ path: String, format: String) throws(TensorError) {
        self.path = path
        file = try SafetensorsFile(path)
        guard file.metadata["format"] == format else {
            throw problem("the metadata's format is not \(format): this is no snapshot of such a stream")
        }
    }

    func problem(_ reason: String) -> TensorError { .format(path: path, reason: reason) }

    func text(_ key: String) throws(TensorError) -> String {
        guard let text = file.metadata[key] else {
            throw problem("the metadata lack \(key): this is not a whole snapshot")
        }
        return text
    }

    func optionalText(_ key: String) -> String? { file.metadata[key] }

    func integer<Number: FixedWidthInteger>(
        _ key: String, in range: ClosedRange<Number> = 0...Number.max
    ) throws(TensorError) -> Number {
        let text = try text(key)
        guard let number = Number(text), range.contains(number) else {
            throw problem("the metadata's \(key) is \(text), not a whole number that can be")
        }
        return number
    }

    func number(_ key: String) throws(TensorError) -> Double {
        let text = try text(key)
        guard let number = Double(text), number.isFinite else {
            throw problem("the metadata's \(key) is \(text), not a finite number")
        }
        return number
    }

    func optionalNumber(_ key: String) throws(TensorError) -> Double? {
        file.metadata[key] == nil ? nil : try number(key)
    }

    /// A case of an enumeration, by its name.
    func choice<Value: RawRepresentable<String>>(_ key: String) throws(TensorError) -> Value {
        try choice(key) { Value(rawValue: $0) }
    }

    /// What has a name.
    func choice<Value>(_ key: String, _ value: (String) -> Value?) throws(TensorError) -> Value {
        let text = try text(key)
        guard let value = value(text) else { throw problem("the metadata's \(key) is \(text), not known") }
        return value
    }

    /// Whole numbers, as many as there are.
    func integers(_ name: String) throws(TensorError) -> [Int] { try file.integers(named: name) }

    /// Finite numbers in double precision, at least `least`.
    func doubles(_ name: String, count: Int, least: Double = -.infinity) throws(TensorError) -> [Double] {
        let values = try file.integers(named: name, shape: [count]).map {
            Double(bitPattern: UInt64(bitPattern: Int64($0)))
        }
        guard values.allSatisfy({ $0.isFinite && $0 >= least }) else {
            throw problem("the array \(name) holds numbers that cannot be")
        }
        return values
    }

    /// A matrix of finite numbers.
    func matrix(_ name: String, rows: Int, columns: Int) throws(TensorError) -> Matrix {
        Matrix(try file.array(named: name, shape: [rows, columns], requiringFinite: true))
    }

    /// The parameters, if they are valid.
    func checked<Parameters>(
        _ parameters: Parameters, _ validate: (Parameters) throws(ClusteringError) -> Void
    ) throws(TensorError) -> Parameters {
        do throws(ClusteringError) { try validate(parameters) } catch { throw problem("\(error)") }
        return parameters
    }
}

extension SnapshotWriter {
    mutating func add(_ waiting: WaitingRows, hasTimes: Bool) {
        set("waiting", waiting.count)
        add(Matrix(rows: waiting.count, columns: waiting.dimension ?? 0, values: waiting.values), named: "waiting.rows")
        add(waiting.weights, named: "waiting.weights")
        if hasTimes { add(waiting.times, named: "waiting.times") }
    }

    mutating func add(_ coreset: Coreset, named name: String) {
        set("\(name).groups", coreset.count)
        add(coreset.weights, named: "\(name).weights")
        add(coreset.sums, named: "\(name).sums")
        add(coreset.squaredErrors, named: "\(name).squaredErrors")
    }
}

extension SnapshotReader {
    func waitingRows(dimension: Int?, most: Int, hasTimes: Bool) throws(TensorError) -> WaitingRows {
        let count: Int = try integer("waiting", in: 0...(dimension == nil ? 0 : most))
        let rows = try matrix("waiting.rows", rows: count, columns: dimension ?? 0)
        return WaitingRows(
            dimension: dimension, values: rows.withUnsafeBufferPointer { Array($0) },
            weights: try doubles("waiting.weights", count: count, least: 0),
            times: hasTimes ? try doubles("waiting.times", count: count) : [])
    }

    /// - Parameter least: the least weight of a group.
    func coreset(
        _ name: String, dimension: Int, most: Int, least: Double = .leastNonzeroMagnitude
    ) throws(TensorError) -> Coreset {
        let count: Int = try integer("\(name).groups", in: 0...most)
        var coreset = Coreset(dimension: dimension)
        coreset.weights = try doubles("\(name).weights", count: count, least: least)
        coreset.sums = try doubles("\(name).sums", count: count * dimension)
        coreset.squaredErrors = try doubles("\(name).squaredErrors", count: count, least: 0)
        return coreset
    }
}
