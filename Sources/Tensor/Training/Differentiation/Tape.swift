/// A record of operations on variables, from which the gradients of a result follow by going through it backwards.
///
/// ```swift
/// let tape = Tape()
/// let x = tape.variable(NDArray(shape: [2], values: [3, 4]))
/// let y = (x * x).sum()
/// tape.gradients(of: y, for: [x])[0]   // [6, 8]
/// ```
///
/// A tape serves one result: asking for gradients empties it, so that memory goes back while it is read. It must outlive
/// its variables and belongs to one thread at a time.
///
/// - Reference: Griewank and Walther, "Evaluating Derivatives", 2nd edition, 2008, doi:10.1137/1.9780898717761.
public final class Tape {
    /// Adds to the gradients of what an operation was computed from, given the gradient of its result, which it may
    /// overwrite.
    typealias Pullback = (_ upstream: inout NDArray, _ gradients: inout Gradients) -> Void

    /// For each variable that needs a gradient: its pullback, or `nil` for those that nothing was computed for.
    private var pullbacks: [Pullback?] = []
    private let records: Bool
    private var isSpent = false

    /// A new tape.
    ///
    /// - Parameter recording: `false` for a tape that only computes: its variables need no gradients and keep nothing.
    public init(recording: Bool = true) { records = recording }

    /// A variable whose gradient can be asked for.
    ///
    /// - Complexity: O(1); the storage is shared.
    public func variable(_ value: NDArray) -> Variable {
        guard records else { return constant(value) }
        pullbacks.append(nil)
        return Variable(value, tape: self, index: pullbacks.count - 1)
    }

    /// A value that needs no gradient: data, targets, masks.
    ///
    /// - Complexity: O(1); the storage is shared.
    public func constant(_ value: NDArray) -> Variable { Variable(value, tape: self, index: nil) }

    /// The result of an operation.
    ///
    /// - Parameters:
    ///   - sources: what it was computed from. When none needs a gradient, `pullback` is dropped.
    func record(_ value: NDArray, from sources: [Variable], pullback: @escaping Pullback) -> Variable {
        for source in sources { precondition(source.tape === self, "variables of different tapes meet") }
        guard records, sources.contains(where: { $0.index != nil }) else { return constant(value) }
        pullbacks.append(pullback)
        return Variable(value, tape: self, index: pullbacks.count - 1)
    }

    /// The gradients of a number for variables made by ``variable(_:)``: zeros where it does not depend on one.
    ///
    /// - Precondition: `result` holds one element, and no gradients were asked of this tape before.
    /// - Complexity: that of computing `result`, about twice.
    public func gradients(of result: Variable, for variables: [Variable]) -> [NDArray] {
        precondition(result.value.count == 1, "gradients of shape \(result.shape), which is not one number")
        precondition(result.tape === self && !isSpent, "a tape gives gradients of one result of its own")
        isSpent = true
        var gradients = Gradients(count: pullbacks.count)
        if let last = result.index {
            gradients.add(NDArray(shape: result.shape, repeating: 1), to: result)
            for index in (0...last).reversed() {
                guard let pullback = pullbacks[index] else { continue }
                pullbacks[index] = nil
                if var upstream = gradients.take(index) { pullback(&upstream, &gradients) }
            }
        }
        pullbacks = []
        return variables.map { variable in
            variable.index.flatMap { gradients.take($0) } ?? NDArray(shape: variable.shape)
        }
    }
}

/// The gradients that have been collected so far on the way back.
struct Gradients {
    private var collected: [NDArray?]

    init(count: Int) { collected = [NDArray?](repeating: nil, count: count) }

    /// Whether anyone asks for the gradient of `variable`.
    func isNeeded(for variable: Variable) -> Bool { variable.index != nil }

    /// Adds to the gradient of `variable`; `gradient` is not computed when nobody asks for it. Where the variable was
    /// repeated by broadcasting, its gradient is summed.
    mutating func add(_ gradient: @autoclosure () -> NDArray, to variable: Variable) {
        guard let index = variable.index else { return }
        let addition = gradient().summed(to: variable.shape)
        if collected[index] == nil { collected[index] = addition } else { collected[index]? += addition }
    }

    fileprivate mutating func take(_ index: Int) -> NDArray? {
        defer { collected[index] = nil }
        return collected[index]
    }
}
