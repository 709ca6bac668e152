/// An operation on variables that was recorded, with what it was computed from: one entry of the tape.
///
/// Entries hold on to earlier ones only, so that a record lives as long as a result of it does and no longer.
package final class TapeEntry {
    /// Adds to the gradients of what an operation was computed from, given the gradient of its result, which it may
    /// overwrite.
    typealias Pullback = (_ upstream: inout NDArray, _ gradients: inout Gradients) -> Void

    fileprivate var sources: [TapeEntry]
    /// `nil` for parameters, which nothing was computed for, and once it was used.
    fileprivate var pullback: Pullback?
    /// The place in the order of ``Tape``, while one is read.
    fileprivate var place: Int?

    init(sources: [TapeEntry] = [], pullback: Pullback? = nil) {
        self.sources = sources
        self.pullback = pullback
    }

    /// Long records that nobody asked gradients of are taken apart one by one, not by as deep a recursion.
    deinit {
        var pending = sources
        (sources, pullback) = ([], nil)
        while var entry = pending.popLast() {
            guard isKnownUniquelyReferenced(&entry) else { continue }
            pending += entry.sources
            (entry.sources, entry.pullback) = ([], nil)
        }
    }
}

/// The operations that led to a result, in an order in which each stands after what it was computed from.
struct Tape {
    private let entries: [TapeEntry]

    init(of result: TapeEntry) {
        // A search in depth, with a stack of its own so that long records need no deep recursion.
        var entries: [TapeEntry] = []
        var stack: [(entry: TapeEntry, next: Int)] = [(result, 0)]
        var seen: Set<ObjectIdentifier> = [ObjectIdentifier(result)]
        while let (entry, next) = stack.last {
            if next < entry.sources.count {
                stack[stack.count - 1].next += 1
                let source = entry.sources[next]
                if seen.insert(ObjectIdentifier(source)).inserted { stack.append((source, 0)) }
            } else {
                entry.place = entries.count
                entries.append(entry)
                stack.removeLast()
            }
        }
        self.entries = entries
    }

    /// Goes through the operations backwards. Each is forgotten once it was used, so that memory goes back meanwhile.
    func gradients(from start: NDArray) -> Gradients {
        var gradients = Gradients(count: entries.count)
        gradients.start(start)
        for (place, entry) in entries.enumerated().reversed() {
            guard let pullback = entry.pullback else { continue }
            (entry.pullback, entry.sources) = (nil, [])
            if var upstream = gradients.take(place) { pullback(&upstream, &gradients) }
        }
        return gradients
    }
}

/// The gradients that have been collected so far on the way back.
struct Gradients {
    private var collected: [NDArray?]

    fileprivate init(count: Int) { collected = [NDArray?](repeating: nil, count: count) }

    /// Whether anyone asks for the gradient of `variable`.
    func isNeeded(for variable: Variable) -> Bool { variable.entry != nil }

    /// Adds to the gradient of `variable`; `gradient` is not computed when nobody asks for it. Where the variable was
    /// repeated by broadcasting, its gradient is summed.
    mutating func add(_ gradient: @autoclosure () -> NDArray, to variable: Variable) {
        guard let place = variable.entry?.place else { return }
        let addition = gradient().summed(to: variable.shape)
        if collected[place] == nil { collected[place] = addition } else { collected[place]? += addition }
    }

    /// The gradient of `variable`, if it has one.
    subscript(variable: Variable) -> NDArray? { variable.entry?.place.flatMap { collected[$0] } }

    fileprivate mutating func start(_ gradient: NDArray) { collected[collected.count - 1] = gradient }

    fileprivate mutating func take(_ place: Int) -> NDArray? {
        defer { collected[place] = nil }
        return collected[place]
    }
}
