/// An array on a ``Tape``: operations on it are recorded, so that gradients can be asked for.
///
/// A variable reads like an ``NDArray`` and broadcasts like one. It must not outlive its tape.
public struct Variable {
    /// The elements.
    public let value: NDArray
    unowned let tape: Tape
    /// The place on the tape; `nil` for what needs no gradient.
    let index: Int?

    init(_ value: NDArray, tape: Tape, index: Int?) {
        self.value = value
        self.tape = tape
        self.index = index
    }

    /// The length of each axis.
    public var shape: [Int] { value.shape }

    /// The same value, as something that needs no gradient.
    public func detached() -> Variable { tape.constant(value) }

    /// The result of an operation on this variable alone. What it captures stays in memory until the way back.
    func recording(_ value: NDArray, pullback: @escaping Tape.Pullback) -> Variable {
        tape.record(value, from: [self], pullback: pullback)
    }
}
