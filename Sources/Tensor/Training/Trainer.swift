/// Fits the parameters of a model to data by mini-batches.
///
/// ```swift
/// var trainer = Trainer(optimizer: AdamW(learningRate: 1e-3), epochCount: 50)
/// trainer.patience = 5
/// let result = try trainer.fit(parameters, rows: 0..<9000, validationRows: 9000..<10_000) { model in
///     let x = Variable(data.gathering(model.rows))
///     let code = model.linear("encoder", x).applying(.gelu)
///     return model.linear("decoder", code).meanSquaredError(to: x)
/// }
/// ```
///
/// The same seed gives the same bits, with any number of threads.
public struct Trainer: Sendable {
    /// The rule by which gradients change parameters.
    public var optimizer: any Optimizer
    /// How the learning rate changes from step to step.
    public var schedule: LearningRateSchedule
    /// How many times the data are gone through; 1 or more.
    public var epochCount: Int
    /// The rows of a step; 1 or more. The last batch of an epoch may have fewer.
    public var batchSize: Int
    /// Gradients that together are longer than this are shortened to it; above 0, `nil` for no limit.
    public var maximumGradientNorm: Double?
    /// Training ends when so many epochs in a row have not lowered the validation loss; 1 or more, `nil` for never.
    public var patience: Int?
    /// By how much a validation loss must be lower to count as lower; 0 or more.
    public var minimumImprovement: Double
    /// Decides the order of the rows and the model's own random numbers.
    public var seed: UInt64
    /// Where and how often the state is written.
    public var checkpoint: Checkpoint?

    /// Where and how often the state of training is written.
    public struct Checkpoint: Sendable, Hashable {
        /// The `.safetensors` file, replaced as a whole each time.
        public var path: String
        /// The epochs from one writing to the next; 1 or more. It is also written when training is cancelled or ends.
        public var epochInterval: Int

        /// A checkpoint at `path`, written every `epochInterval` epochs.
        public init(path: String, epochInterval: Int = 1) {
            self.path = path
            self.epochInterval = epochInterval
        }
    }

    /// A trainer with these parameters; ``validate()`` says which are valid.
    public init(
        optimizer: any Optimizer = Adam(), schedule: LearningRateSchedule = .constant, epochCount: Int = 20,
        batchSize: Int = 256, maximumGradientNorm: Double? = nil, patience: Int? = nil,
        minimumImprovement: Double = 0, seed: UInt64 = 0, checkpoint: Checkpoint? = nil
    ) {
        (self.optimizer, self.schedule, self.epochCount, self.batchSize) = (optimizer, schedule, epochCount, batchSize)
        (self.maximumGradientNorm, self.patience) = (maximumGradientNorm, patience)
        (self.minimumImprovement, self.seed, self.checkpoint) = (minimumImprovement, seed, checkpoint)
    }

    /// What training came to.
    public struct Result: Sendable {
        /// The parameters: those of the epoch with the lowest validation loss, or the last where there were no
        /// validation rows.
        public let parameters: ParameterSet
        /// Whether training ended before its last epoch because the validation loss no longer fell.
        public let stoppedEarly: Bool
        /// Where training stood at its end.
        public let state: TrainingState

        /// The losses of each epoch.
        public var history: [TrainingState.Epoch] { state.history }
    }

    /// Checks each parameter.
    ///
    /// - Throws: ``TensorError/parameter(name:value:valid:)``
    public func validate() throws(TensorError) {
        try optimizer.validate()
        try schedule.validate()
        try check("epochCount", Double(epochCount), epochCount > 0, "1 or more")
        try check("batchSize", Double(batchSize), batchSize > 0, "1 or more")
        if let maximumGradientNorm {
            try check("maximumGradientNorm", maximumGradientNorm, maximumGradientNorm > 0, "above 0")
        }
        if let patience { try check("patience", Double(patience), patience > 0, "1 or more") }
        try check("minimumImprovement", minimumImprovement, minimumImprovement >= 0, "0 or more")
        if let checkpoint {
            try check("epochInterval", Double(checkpoint.epochInterval), checkpoint.epochInterval > 0, "1 or more")
        }
    }

    /// Fits parameters so that a loss gets small.
    ///
    /// - Parameters:
    ///   - parameters: where training starts.
    ///   - rows: the rows of the data to fit; not empty.
    ///   - validationRows: rows that only measure, after each epoch; with them the best parameters are what results.
    ///   - state: where earlier training of the same parameters on the same rows stands; it goes on from there.
    ///   - progress: told of each step; may stop training.
    ///   - loss: the loss of a model for its rows: one number, a mean over rows.
    /// - Throws: ``TensorError/parameter(name:value:valid:)`` for a parameter outside of its range, a state that
    ///   belongs to another training, or a loss that is not finite; ``TensorError/cancelled``, after the checkpoint was
    ///   written; what `loss` throws; and ``TensorError/file(path:reason:)`` where a checkpoint cannot be written.
    public func fit(
        _ parameters: ParameterSet, rows: some Collection<Int>, validationRows: some Collection<Int> = [Int](),
        resumingFrom state: TrainingState? = nil, progress: ProgressHandler = .none,
        loss: (ModelPass) throws(TensorError) -> Variable
    ) throws(TensorError) -> Result {
        try validate()
        let (rows, validationRows) = (Array(rows), Array(validationRows))
        try check("rows", Double(rows.count), !rows.isEmpty, "1 or more")
        try check(
            "validationRows", Double(validationRows.count), patience == nil || !validationRows.isEmpty,
            "1 or more when patience is set")
        var state = state ?? TrainingState(parameters, optimizer: optimizer)
        try checkFit(of: state, to: parameters)
        let batches = (0..<rows.count).tileCount(size: batchSize)
        while state.history.count < epochCount && !isPatienceOver(state) {
            var order = rows
            var random = RandomSource(seed: seed, stage: "training order", item: state.history.count)
            random.shuffle(&order)
            while state.batch < batches {
                let batch = (0..<rows.count).tile(state.batch, size: batchSize)
                try advance(state, batches, progress)
                try step(&state, rows: Array(order[batch]), loss)
            }
            var validationLoss: Double?
            if !validationRows.isEmpty {
                validationLoss = try meanLoss(of: state, rows: validationRows, loss) { () throws(TensorError) in
                    try advance(state, batches, progress)
                }
            }
            state.endEpoch(
                rowCount: rows.count, validationLoss: validationLoss, minimumImprovement: minimumImprovement)
            if let checkpoint, state.history.count % checkpoint.epochInterval == 0 { try save(state) }
        }
        try save(state)
        return Result(
            parameters: state.best ?? state.parameters, stoppedEarly: state.history.count < epochCount, state: state)
    }

    /// Reports the steps done, and ends training, with its state saved, when asked to.
    private func advance(
        _ state: TrainingState, _ batches: Int, _ progress: ProgressHandler
    ) throws(TensorError) {
        let done = state.history.count * batches + state.batch
        if progress.advance("training", done, of: epochCount * batches) { return }
        try save(state)
        throw .cancelled
    }

    /// One step of the optimiser.
    private func step(
        _ state: inout TrainingState, rows: [Int], _ loss: (ModelPass) throws(TensorError) -> Variable
    ) throws(TensorError) {
        let (value, gradients) = try differentiate(state, rows: rows, loss)
        let rate = optimizer.learningRate * schedule.factor(at: state.optimizer.step)
        state.optimizer.update(
            &state.parameters, gradients: gradients, using: optimizer, learningRate: rate,
            maximumGradientNorm: maximumGradientNorm)
        state.lossSum += value * Double(rows.count)
        state.batch += 1
    }

    /// The loss for some rows, and its gradients for the parameters. Nothing that was recorded is left when this
    /// returns, so that the parameters have one owner again and are changed in place.
    private func differentiate(
        _ state: TrainingState, rows: [Int], _ loss: (ModelPass) throws(TensorError) -> Variable
    ) throws(TensorError) -> (Double, [NDArray]) {
        let model = ModelPass(
            state.parameters, rows: rows, step: state.optimizer.step, isTraining: true, seed: seed)
        let result = try loss(model)
        let value = try finite(result.value, step: state.optimizer.step)
        return (value, result.gradients(for: model.variables))
    }

    /// The mean loss over rows, batch by batch.
    private func meanLoss(
        of state: TrainingState, rows: [Int], _ loss: (ModelPass) throws(TensorError) -> Variable,
        beforeEach: () throws(TensorError) -> Void
    ) throws(TensorError) -> Double {
        var sum = 0.0
        for index in 0..<(0..<rows.count).tileCount(size: batchSize) {
            try beforeEach()
            let batch = Array(rows[(0..<rows.count).tile(index, size: batchSize)])
            let model = ModelPass(
                state.parameters, rows: batch, step: state.optimizer.step,
                isTraining: false, seed: seed)
            sum += try finite(loss(model).value, step: state.optimizer.step) * Double(batch.count)
        }
        return sum / Double(rows.count)
    }

    private func finite(_ loss: NDArray, step: Int) throws(TensorError) -> Double {
        precondition(loss.count == 1, "a loss of shape \(loss.shape), which is not one number")
        let value = Double(loss.scalar)
        guard value.isFinite else {
            throw .parameter(
                name: "the loss", value: "\(value) after \(step) steps",
                valid:
                    "finite; try a lower learning rate, a limit on the norm of gradients, or look for data that are not"
            )
        }
        return value
    }

    private func isPatienceOver(_ state: TrainingState) -> Bool {
        guard let patience, let best = state.bestEpoch else { return false }
        return state.history.count - 1 - best >= patience
    }

    private func save(_ state: TrainingState) throws(TensorError) {
        if let checkpoint { try state.write(to: checkpoint.path) }
    }

    /// Checks that a state belongs to parameters of these names and shapes, and to this optimiser.
    private func checkFit(of state: TrainingState, to parameters: ParameterSet) throws(TensorError) {
        let isSame =
            state.parameters.names == parameters.names
            && state.parameters.values.map(\.shape) == parameters.values.map(\.shape)
            && state.optimizer.memory.allSatisfy { $0.count == optimizer.memoryCount }
        guard isSame else {
            throw .parameter(
                name: "resumingFrom", value: "a state of \(state.parameters.count) parameters",
                valid: "of the same names, shapes and optimiser as this training")
        }
    }
}
