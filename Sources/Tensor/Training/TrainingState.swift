/// Where training stands: everything that decides how it goes on.
///
/// Training that goes on from a state gives the same bits as training that was never interrupted.
public struct TrainingState: Sendable, Equatable {
    /// What an epoch – one pass through the data – came to.
    public struct Epoch: Sendable, Hashable {
        /// The mean loss over the rows, each measured when its batch was fitted.
        public let trainingLoss: Double
        /// The mean loss over the validation rows after the epoch; `nil` when there are none.
        public let validationLoss: Double?

        /// An epoch with these losses.
        public init(trainingLoss: Double, validationLoss: Double?) {
            self.trainingLoss = trainingLoss
            self.validationLoss = validationLoss
        }
    }

    /// The parameters after the last step.
    public internal(set) var parameters: ParameterSet
    /// What the optimiser remembers.
    public internal(set) var optimizer: OptimizerState
    /// The epochs that are done.
    public internal(set) var history: [Epoch] = []
    /// The parameters after the epoch with the lowest validation loss so far.
    public internal(set) var best: ParameterSet?
    /// The epoch with the lowest validation loss so far, counted from 0.
    public internal(set) var bestEpoch: Int?
    /// The batches of the current epoch that are done, and the sum of their losses over rows.
    var batch = 0
    var lossSum = 0.0

    init(_ parameters: ParameterSet, optimizer: some Optimizer) {
        self.parameters = parameters
        self.optimizer = OptimizerState(for: optimizer, parameters: parameters)
    }

    init(parameters: ParameterSet, optimizer: OptimizerState) {
        self.parameters = parameters
        self.optimizer = optimizer
    }

    /// The lowest validation loss so far.
    public var bestValidationLoss: Double? {
        bestEpoch.flatMap { history.indices.contains($0) ? history[$0].validationLoss : nil }
    }

    /// Ends the current epoch.
    mutating func endEpoch(rowCount: Int, validationLoss: Double?, minimumImprovement: Double) {
        history.append(
            Epoch(trainingLoss: lossSum / Double(max(1, rowCount)), validationLoss: validationLoss))
        (batch, lossSum) = (0, 0)
        guard let validationLoss else { return }
        if let lowest = bestValidationLoss, validationLoss >= lowest - minimumImprovement { return }
        best = parameters
        bestEpoch = history.count - 1
    }
}
