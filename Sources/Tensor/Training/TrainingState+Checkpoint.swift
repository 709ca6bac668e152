/// What a checkpoint holds: a `.safetensors` file whose arrays are `parameters.<name>`, `best.<name>` where there are
/// any, and `optimizer.<k>.<name>`, and whose metadata hold the rest. Numbers in double precision are written as their
/// bits.
extension TrainingState {
    private static let format = "kindred training state 1"

    /// Writes everything that decides how training goes on. What was at `path` is replaced as a whole, or stays.
    ///
    /// - Throws: ``TensorError/file(path:reason:)``
    public func write(to path: String) throws(TensorError) {
        var writer = SafetensorsWriter(metadata: [
            "format": Self.format, "step": "\(optimizer.step)", "batch": "\(batch)", "lossSum": Self.bits(lossSum),
            "epochs": "\(history.count)", "parameters": "\(parameters.count)",
            "optimizerArrays": "\(optimizer.memory.first?.count ?? 0)",
        ])
        if let bestEpoch { writer.metadata["bestEpoch"] = "\(bestEpoch)" }
        for (index, epoch) in history.enumerated() {
            let losses = [epoch.trainingLoss] + [epoch.validationLoss].compactMap { $0 }
            writer.metadata["epoch.\(index)"] = losses.map(Self.bits).joined(separator: " ")
        }
        for (index, name) in parameters.names.enumerated() {
            writer.metadata["parameter.\(index)"] = name
            writer.add(parameters.values[index], named: "parameters.\(name)")
            if let best { writer.add(best.values[index], named: "best.\(name)") }
            for (array, memory) in optimizer.memory[index].enumerated() {
                writer.add(memory, named: "optimizer.\(array).\(name)")
            }
        }
        try writer.write(to: path)
    }

    /// The state in a checkpoint.
    ///
    /// - Throws: ``TensorError/file(path:reason:)`` when the file cannot be read, ``TensorError/format(path:reason:)``
    ///   when it is not a whole checkpoint.
    public init(checkpoint path: String) throws(TensorError) {
        let file = try SafetensorsFile(path)
        func text(_ key: String) throws(TensorError) -> String {
            guard let value = file.metadata[key] else {
                throw .format(path: path, reason: "the metadata lack \(key): this is not a whole checkpoint")
            }
            return value
        }
        func integer(_ key: String, in range: ClosedRange<Int> = 0...Int.max) throws(TensorError) -> Int {
            let text = try text(key)
            guard let value = Int(text), range.contains(value) else {
                throw .format(path: path, reason: "the metadata's \(key) is \(text), not a number that can be")
            }
            return value
        }
        func numbers(_ key: String) throws(TensorError) -> [Double] {
            let text = try text(key)
            let values = text.split(separator: " ").compactMap { UInt64($0, radix: 16).map(Double.init(bitPattern:)) }
            guard values.count == text.split(separator: " ").count, !values.isEmpty else {
                throw .format(path: path, reason: "the metadata's \(key) is \(text), not bits of numbers")
            }
            return values
        }
        guard try text("format") == Self.format else {
            throw .format(path: path, reason: "the metadata's format is not \(Self.format): this is not a checkpoint")
        }
        var names: [String] = []
        for index in 0..<(try integer("parameters", in: 0...file.names.count)) {
            names.append(try text("parameter.\(index)"))
        }
        func parameters(_ prefix: String, like model: ParameterSet? = nil) throws(TensorError) -> ParameterSet {
            var result = ParameterSet()
            for name in names { result[name] = try file.array(named: prefix + name, shape: model?[name].shape) }
            guard result.count == names.count else {
                throw .format(path: path, reason: "two parameters have the same name")
            }
            return result
        }
        let current = try parameters("parameters.")
        var memory = [[NDArray]](repeating: [], count: names.count)
        for array in 0..<(try integer("optimizerArrays", in: 0...file.names.count)) {
            for (index, value) in try parameters("optimizer.\(array).", like: current).values.enumerated() {
                memory[index].append(value)
            }
        }
        self.init(
            parameters: current, optimizer: OptimizerState(step: try integer("step"), memory: memory))
        batch = try integer("batch")
        lossSum = try numbers("lossSum")[0]
        for index in 0..<(try integer("epochs", in: 0...file.metadata.count)) {
            let losses = try numbers("epoch.\(index)")
            history.append(Epoch(trainingLoss: losses[0], validationLoss: losses.count > 1 ? losses[1] : nil))
        }
        if file.metadata["bestEpoch"] != nil {
            bestEpoch = try integer("bestEpoch", in: 0...max(0, history.count - 1))
            best = try parameters("best.", like: current)
            guard bestValidationLoss != nil else {
                throw .format(path: path, reason: "the best epoch has no validation loss")
            }
        }
    }

    private static func bits(_ value: Double) -> String { String(value.bitPattern, radix: 16) }
}
