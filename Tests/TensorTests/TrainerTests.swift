import Foundation
import Synchronization
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct TrainerTests {
    /// Rows near a plane of two dimensions in eight.
    static let data: NDArray = {
        let (codes, basis) = (randomArray([150, 2], seed: 1), randomArray([2, 8], seed: 2))
        return codes.times(basis) + randomArray([150, 8], seed: 3, scale: 0.1)
    }()

    static let parameters: ParameterSet = {
        var parameters = ParameterSet()
        var random = RandomSource(seed: 4, stage: "weights")
        parameters.addLinear("encoder", inputs: 8, outputs: 2, random: &random)
        parameters.addLayerNormalization("norm", count: 8)
        parameters.addLinear("decoder", inputs: 2, outputs: 8, hasBias: false, random: &random)
        return parameters
    }()

    @Sendable static func loss(_ model: ModelPass) -> Variable {
        let x = Variable(data.gathering(model.rows))
        let input = model.dropout(model.layerNormalized("norm", x), rate: 0.1, stage: "dropout")
        return model.linear("decoder", model.linear("encoder", input)).meanSquaredError(to: x)
    }

    static let trainer = Trainer(
        optimizer: AdamW(learningRate: 0.02), schedule: .cosine(steps: 60, warmUpSteps: 4), epochCount: 6,
        batchSize: 32, maximumGradientNorm: 5, seed: 11)

    private func fit(
        _ trainer: Trainer = trainer, resumingFrom state: TrainingState? = nil, progress: ProgressHandler = .none
    ) throws(TensorError) -> Trainer.Result {
        try trainer.fit(
            Self.parameters, rows: 0..<110, validationRows: 110..<150, resumingFrom: state, progress: progress,
            loss: Self.loss)
    }

    /// A handler that stops work at its call of this number, counted from 0.
    private func stopping(atCall last: Int) -> ProgressHandler {
        let calls = Counter()
        return ProgressHandler { _ in calls.next() < last }
    }

    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)
        func next() -> Int { value.add(1, ordering: .relaxed).oldValue }
    }

    @Test("the loss falls, and the best parameters are those of the lowest validation loss")
    func fits() throws {
        let result = try fit()
        #expect(result.history.count == 6 && !result.stoppedEarly)
        #expect(result.history[5].trainingLoss < 0.8 * result.history[0].trainingLoss)
        let lowest = result.history.compactMap(\.validationLoss).min()
        #expect(lowest == result.state.bestValidationLoss)
        let model = ModelPass(result.parameters, rows: Array(110..<142), step: 0, isTraining: false, seed: 0)
        let rest = ModelPass(result.parameters, rows: Array(142..<150), step: 0, isTraining: false, seed: 0)
        let mean = (Double(Self.loss(model).value.scalar) * 32 + Double(Self.loss(rest).value.scalar) * 8) / 40
        expectClose(mean, lowest ?? .nan, relativeTolerance: 1e-9)
    }

    @Test("training gives the same bits with any number of threads, and others with another seed")
    func deterministic() throws {
        let results = atEveryLevelAndThreadCount { try? fit().state }
        for result in results { #expect(result != nil && result == results[0]) }
        var other = Self.trainer
        other.seed = 12
        #expect(try fit(other).parameters != results[0]?.best)
    }

    @Test("training goes on from any step with the bits of training that was never interrupted", arguments: 0..<40)
    func resuming(call: Int) throws {
        let whole = try fit()
        try withTemporaryDirectory { directory in
            var trainer = Self.trainer
            let path = directory.appendingPathComponent("run.safetensors").path
            trainer.checkpoint = .init(path: path, epochInterval: 100)
            // Six epochs of four steps and two batches of validation: 36 calls.
            if call < 36 {
                #expect(throws: TensorError.cancelled) { try fit(trainer, progress: stopping(atCall: call)) }
            } else {
                _ = try fit(trainer)
            }
            let state = try TrainingState(checkpoint: path)
            let resumed = try fit(trainer, resumingFrom: state)
            #expect(resumed.state == whole.state)
            #expect(resumed.parameters == whole.parameters)
        }
    }

    @Test("training stops when the validation loss no longer falls, and keeps the best parameters")
    func earlyStopping() throws {
        var trainer = Self.trainer
        trainer.optimizer = GradientDescent(learningRate: 1e-12)
        trainer.minimumImprovement = 0.01
        trainer.patience = 2
        trainer.epochCount = 50
        let result = try fit(trainer)
        // The first epoch is the best; two more without improvement follow.
        #expect(result.stoppedEarly && result.history.count == 3 && result.state.bestEpoch == 0)
        #expect(result.parameters != result.state.parameters)
    }

    @Test("progress counts steps up to their number")
    func progress() throws {
        let counts = Locked<[Int]>([])
        _ = try fit(
            progress: ProgressHandler { update in
                counts.withLock { $0.append(update.completed) }
                return update.total == 24
            })
        let seen = counts.withLock { $0 }
        #expect(seen == seen.sorted() && Set(seen) == Set(0...24))
    }

    @Test("each row is fitted once an epoch, in another order each time")
    func batches() throws {
        var rows: [[Int]] = []
        let result = try Self.trainer.fit(Self.parameters, rows: 20..<120) { model throws(TensorError) in
            if model.isTraining { rows.append(model.rows) }
            return Self.loss(model)
        }
        #expect(rows.map(\.count) == [[Int]](repeating: [32, 32, 32, 4], count: 6).flatMap { $0 })
        let epochs = stride(from: 0, to: 24, by: 4).map { Array(rows[$0..<$0 + 4].joined()) }
        for epoch in epochs { #expect(epoch.sorted() == Array(20..<120)) }
        #expect(Set(epochs).count == 6)
        #expect(result.state.best == nil && result.parameters == result.state.parameters)
    }

    @Test("parameters outside of their ranges, losses that are not finite and foreign states are refused")
    func refused() throws {
        func isRefused(_ name: String, _ change: (inout Trainer) -> Void) {
            var trainer = Self.trainer
            change(&trainer)
            #expect { try fit(trainer) } throws: { error in
                if case TensorError.parameter(name, _, _)? = error as? TensorError { true } else { false }
            }
        }
        isRefused("epochCount") { $0.epochCount = 0 }
        isRefused("batchSize") { $0.batchSize = 0 }
        isRefused("patience") { $0.patience = 0 }
        isRefused("minimumImprovement") { $0.minimumImprovement = -1 }
        isRefused("maximumGradientNorm") { $0.maximumGradientNorm = 0 }
        isRefused("learningRate") { $0.optimizer = Adam(learningRate: -1) }
        isRefused("beta2") { $0.optimizer = AdamW(beta2: 1) }
        isRefused("momentum") { $0.optimizer = GradientDescent(learningRate: 1, isNesterov: true) }
        isRefused("interval") { $0.schedule = .step(every: 0, factor: 0.5) }
        isRefused("epochInterval") { $0.checkpoint = .init(path: "x", epochInterval: 0) }
        isRefused("the loss") {
            $0.optimizer = GradientDescent(learningRate: 1e30)
            $0.maximumGradientNorm = nil
        }
        var foreign = ParameterSet()
        foreign["x"] = NDArray(shape: [2])
        let state = try Self.trainer.fit(foreign, rows: 0..<1) { $0["x"].squares().sum() }.state
        #expect(throws: TensorError.self) { try fit(resumingFrom: state) }
        #expect(throws: TensorError.self) {
            try Self.trainer.fit(Self.parameters, rows: [Int](), loss: Self.loss)
        }
    }

    @Test("files that are no whole checkpoints are refused")
    func damagedCheckpoints() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("state.safetensors").path
            let state = try fit().state
            try state.write(to: path)
            #expect(try TrainingState(checkpoint: path) == state)
            let file = try SafetensorsFile(path)
            func isRefused(_ change: (inout [String: String], inout [String: NDArray]) -> Void) throws {
                var metadata = file.metadata
                var arrays: [String: NDArray] = [:]
                for name in file.names { arrays[name] = try file.array(named: name) }
                change(&metadata, &arrays)
                var writer = SafetensorsWriter(metadata: metadata)
                for name in arrays.keys.sorted() {
                    if let array = arrays[name] { writer.add(array, named: name) }
                }
                let other = directory.appendingPathComponent("other.safetensors").path
                try writer.write(to: other)
                #expect {
                    try TrainingState(checkpoint: other)
                } throws: { error in
                    if case TensorError.format? = error as? TensorError { true } else { false }
                }
            }
            for key in file.metadata.keys.sorted() where key != "bestEpoch" {
                try isRefused { metadata, _ in metadata[key] = nil }
                if !key.hasPrefix("parameter.") { try isRefused { metadata, _ in metadata[key] = "-x" } }
            }
            try isRefused { metadata, _ in metadata["bestEpoch"] = "6" }
            try isRefused { metadata, _ in metadata["parameters"] = "999999999999" }
            try isRefused { metadata, _ in metadata["parameter.1"] = metadata["parameter.0"] }
            for name in file.names {
                try isRefused { _, arrays in arrays[name] = nil }
                if !name.hasPrefix("parameters.") {
                    try isRefused { _, arrays in arrays[name] = NDArray(shape: [3, 1]) }
                }
            }
            #expect(throws: TensorError.self) { try TrainingState(checkpoint: path + ".missing") }
        }
    }
}
