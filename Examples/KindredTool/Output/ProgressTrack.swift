import Kindred

/// The stages that work is in, the outermost first, and what can be said of them.
///
/// Long work reports stages within stages, such as iterations within a sweep: the outermost tells the time left. Stages
/// that differ only after a comma or plus, `k-means++ seeding` and `k-means, start 2 of 3`, follow each other; of
/// others that are neither done nor outermost, only the latest is kept.
struct ProgressTrack {
    private struct Stage {
        var name: String
        var completed: Int
        var total: Int?
        let unit: ProgressUpdate.Unit
        let start: ContinuousClock.Instant
        /// What was done when the stage was first heard of.
        let first: Int

        var isComplete: Bool { total.map { completed >= $0 } ?? false }
        var count: String { total.map { "\(amount(completed))/\(amount($0))" } ?? amount(completed) }

        private func amount(_ count: Int) -> String {
            unit == .bytes ? "\(MemorySize(bytes: count))" : "\(count)"
        }

        /// How much is done in a second.
        func speed(_ rate: Double) -> String {
            if unit == .bytes { return "\(MemorySize(bytes: Int(rate)))/s" }
            return rate >= 10 ? "\(Int(rate))/s" : "\((rate * 100).rounded() / 100)/s"
        }
    }

    private var stages: [Stage] = []

    /// Takes in a message.
    mutating func receive(_ update: ProgressUpdate, at now: ContinuousClock.Instant) {
        if let index = stages.firstIndex(where: { $0.name == update.stage }) {
            stages.removeSubrange((index + 1)...)
            // A stage that starts again, such as the next restart, is measured again.
            if update.completed < stages[index].completed { stages.removeLast() }
        } else {
            if let sibling = stages.firstIndex(where: { Self.family($0.name) == Self.family(update.stage) }) {
                stages.removeSubrange(sibling...)
            }
            while let last = stages.last, last.isComplete || stages.count > 1 { stages.removeLast() }
        }
        if let last = stages.indices.last, stages[last].name == update.stage {
            stages[last].completed = update.completed
            stages[last].total = update.total
        } else {
            stages.append(
                Stage(
                    name: update.stage, completed: update.completed, total: update.total, unit: update.unit,
                    start: now, first: update.completed))
        }
    }

    private static func family(_ name: String) -> Substring { name.prefix { $0 != "," && $0 != "+" } }

    /// The state in one line of text.
    func line(at now: ContinuousClock.Instant) -> String {
        guard let outer = stages.first else { return "" }
        return ([names] + remainder(of: outer, at: now)).joined(separator: ", ")
    }

    /// The state in one line, with a bar where it is known how much there is to do.
    func bar(at now: ContinuousClock.Instant, width: Int = 24) -> String {
        guard let outer = stages.first, let total = outer.total, total > 0 else { return line(at: now) }
        let filled = min(width, max(0, width * outer.completed / total))
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled) + "] "
            + line(at: now)
    }

    private var names: String { stages.map { "\($0.name) \($0.count)" }.joined(separator: " > ") }

    private func remainder(of stage: Stage, at now: ContinuousClock.Instant) -> [String] {
        let seconds = (now - stage.start) / .seconds(1)
        let done = stage.completed - stage.first
        guard seconds > 0, done > 0 else { return [] }
        let rate = Double(done) / seconds
        guard let total = stage.total else { return [stage.speed(rate)] }
        return [stage.speed(rate), Self.clock(Double(max(0, total - stage.completed)) / rate) + " left"]
    }

    /// A time as minutes and seconds, with hours where there are any.
    private static func clock(_ seconds: Double) -> String {
        let whole = Int(min(seconds.rounded(.up), 359_999))
        func pair(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return whole < 3600
            ? "\(whole / 60):\(pair(whole % 60))" : "\(whole / 3600):\(pair(whole / 60 % 60)):\(pair(whole % 60))"
    }
}
