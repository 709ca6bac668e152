/// Working memory that layers share and use again from call to call, a part for each thread.
///
/// Give the same pool to every layer of a network: after the first pass nothing is allocated any more. It may be used
/// by several threads at once.
///
/// ```swift
/// let memory = WorkspacePool()
/// var hidden = NDArray(shape: [0]), result = NDArray(shape: [0])
/// for batch in batches {
///     try first.apply(to: batch, into: &hidden, memory: memory)
///     try second.apply(to: hidden, into: &result, memory: memory)
/// }
/// ```
public final class WorkspacePool: Sendable {
    /// A workspace belongs to whoever took it, one at a time.
    private let idle = Locked<[Workspace]>([])

    /// A pool without memory: it grows as it is used.
    public init() {}

    /// The memory that the pool holds, besides what is in use just now.
    public var memoryEstimate: MemoryEstimate {
        MemoryEstimate("working memory", floats: idle.withLock { $0.reduce(0) { $0 + $1.capacity } })
    }

    /// A workspace that nobody else uses until it is put back.
    package func take() -> Workspace { idle.withLock { $0.popLast() } ?? Workspace() }

    package func put(_ workspace: Workspace) { idle.withLock { $0.append(workspace) } }

    /// Runs `body(0) … body(tileCount − 1)` in parallel, each with a workspace of its own.
    package func parallelTiles(_ tileCount: Int, _ body: (Int, Workspace) -> Void) {
        parallelFor(tileCount, scratch: { take() }, merge: { put($0) }) { tile, workspace in
            workspace.scope { body(tile, workspace) }
        }
    }
}
