#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How the learning rate changes from step to step: a factor for each.
public struct LearningRateSchedule: Sendable, Hashable {
    /// What follows the warm-up.
    public enum Decay: Sendable, Hashable {
        /// The factor stays 1.
        case none
        /// Every `interval` steps the factor is multiplied by `factor`.
        case step(interval: Int, factor: Double)
        /// The factor falls to `finalFactor` along half a cosine within `steps` steps, and stays there.
        case cosine(steps: Int, finalFactor: Double)
    }

    /// The number of steps in which the factor rises evenly to 1: step i has (i + 1) / `warmUpSteps`.
    public var warmUpSteps: Int
    /// What follows the warm-up.
    public var decay: Decay

    /// A rise of so many steps, and what follows.
    public init(warmUpSteps: Int = 0, decay: Decay = .none) {
        self.warmUpSteps = warmUpSteps
        self.decay = decay
    }

    /// The factor is always 1.
    public static let constant = LearningRateSchedule()

    /// The factor rises evenly to 1 and stays there.
    public static func linearWarmUp(steps: Int) -> LearningRateSchedule { LearningRateSchedule(warmUpSteps: steps) }

    /// The factor is multiplied by `factor` every `interval` steps.
    public static func step(every interval: Int, factor: Double) -> LearningRateSchedule {
        LearningRateSchedule(decay: .step(interval: interval, factor: factor))
    }

    /// The factor falls along half a cosine, after an even rise if wanted.
    ///
    /// - Parameters:
    ///   - steps: the number of steps in all, the rise among them.
    ///   - warmUpSteps: the number of steps in which the factor rises.
    ///   - finalFactor: where it ends.
    /// - Reference: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2016,
    ///   arXiv:1608.03983.
    public static func cosine(steps: Int, warmUpSteps: Int = 0, finalFactor: Double = 0) -> LearningRateSchedule {
        LearningRateSchedule(
            warmUpSteps: warmUpSteps, decay: .cosine(steps: max(1, steps - warmUpSteps), finalFactor: finalFactor))
    }

    /// Checks each parameter.
    ///
    /// - Throws: ``TensorError/parameter(name:value:valid:)``
    public func validate() throws(TensorError) {
        try check("warmUpSteps", Double(warmUpSteps), warmUpSteps >= 0, "0 or more")
        switch decay {
        case .none: break
        case .step(let interval, let factor):
            try check("interval", Double(interval), interval > 0, "above 0")
            try check("factor", factor, factor > 0 && factor <= 1, "in (0, 1]")
        case .cosine(let steps, let finalFactor):
            try check("steps", Double(steps), steps > 0, "above 0")
            try check("finalFactor", finalFactor, (0...1).contains(finalFactor), "in [0, 1]")
        }
    }

    /// The factor of a step, counted from 0.
    public func factor(at step: Int) -> Double {
        if step < warmUpSteps { return Double(step + 1) / Double(warmUpSteps) }
        let step = step - warmUpSteps
        switch decay {
        case .none: return 1
        case .step(let interval, let factor): return power(factor, step / interval)
        case .cosine(let steps, let finalFactor):
            let progress = min(1, Double(step) / Double(steps))
            return finalFactor + (1 - finalFactor) * (1 + cos(Double.pi * progress)) / 2
        }
    }
}
