/// One message about the state of long work.
public struct ProgressUpdate: Sendable, Hashable {
    /// What is counted.
    public enum Unit: Sendable, Hashable {
        /// Rows, files, steps: whatever the stage is about.
        case items
        /// Bytes, which people would rather read in thousands and millions.
        case bytes
    }

    /// What is being done, in a few words: `"k-means iteration"`.
    public let stage: String
    /// How many units are done.
    public let completed: Int
    /// How many units there are in all, where that is known.
    public let total: Int?
    /// What the units are.
    public let unit: Unit

    /// A message that `completed` of `total` units of `stage` are done.
    public init(stage: String, completed: Int, total: Int?, unit: Unit = .items) {
        self.stage = stage
        self.completed = completed
        self.total = total
        self.unit = unit
    }
}

/// Receives progress of long work and may stop it.
///
/// Kindred's long functions are synchronous. They report to their handler now and then and stop early, with their
/// module's `cancelled` error, when the handler's closure answers `false` or when the current task is cancelled.
///
/// ```swift
/// let handler = ProgressHandler { update in
///     print(update.stage, update.completed)
///     return !userPressedStop
/// }
/// ```
public struct ProgressHandler: Sendable {
    private let receive: (@Sendable (ProgressUpdate) -> Bool)?

    /// A handler that calls `receive` with each update; `false` asks the work to stop.
    public init(_ receive: @escaping @Sendable (ProgressUpdate) -> Bool) { self.receive = receive }

    private init() { receive = nil }

    /// A handler that shows nothing. The work still stops when its task is cancelled.
    public static let none = ProgressHandler()

    /// Reports that `completed` of `total` units of `stage` are done.
    ///
    /// - Returns: whether the work should go on.
    public func advance(
        _ stage: String, _ completed: Int, of total: Int? = nil, unit: ProgressUpdate.Unit = .items
    ) -> Bool {
        if Task.isCancelled { return false }
        return receive?(ProgressUpdate(stage: stage, completed: completed, total: total, unit: unit)) ?? true
    }
}
