/// An array that remembers how it was computed, so that gradients can be asked for.
///
/// ```swift
/// let x = Variable(parameter: NDArray(shape: [2], values: [3, 4]))
/// let y = (x * x).sum()
/// y.gradients(for: [x])[0]   // [6, 8]
/// ```
///
/// A variable reads like an ``NDArray`` and broadcasts like one. Operations on parameters, and on what was computed
/// from them, are recorded; operations on other values are not and keep nothing. Variables belong to one thread at a
/// time.
///
/// - Reference: Griewank and Walther, "Evaluating Derivatives", 2nd edition, 2008, doi:10.1137/1.9780898717761.
public struct Variable {
    /// The elements.
    public let value: NDArray
    /// How it was computed; `nil` for what needs no gradient.
    package let entry: TapeEntry?

    private init(_ value: NDArray, entry: TapeEntry?) {
        self.value = value
        self.entry = entry
    }

    /// A value that needs no gradient: data, targets, masks.
    ///
    /// - Complexity: O(1); the storage is shared.
    public init(_ value: NDArray) { self.init(value, entry: nil) }

    /// A value whose gradient can be asked for.
    ///
    /// - Complexity: O(1); the storage is shared.
    public init(parameter value: NDArray) { self.init(value, entry: TapeEntry()) }

    /// The length of each axis.
    public var shape: [Int] { value.shape }

    /// Whether a gradient can reach this variable: it is a parameter, or was computed from one.
    public var needsGradient: Bool { entry != nil }

    /// The same value, as one that needs no gradient.
    public func detached() -> Variable { Variable(value) }

    /// The result of an operation.
    ///
    /// - Parameters:
    ///   - sources: what it was computed from. When none needs a gradient, `pullback` is dropped.
    ///   - pullback: what it captures stays in memory until the way back.
    static func record(
        _ value: NDArray, from sources: [Variable], pullback: @escaping TapeEntry.Pullback
    ) -> Variable {
        let entries = sources.compactMap(\.entry)
        return entries.isEmpty
            ? Variable(value) : Variable(value, entry: TapeEntry(sources: entries, pullback: pullback))
    }

    /// The result of an operation on this variable alone.
    func recording(_ value: NDArray, pullback: @escaping TapeEntry.Pullback) -> Variable {
        .record(value, from: [self], pullback: pullback)
    }

    /// The gradients of this number for parameters: zeros where it does not depend on one.
    ///
    /// What led to this number is forgotten on the way: gradients can be asked for once.
    ///
    /// - Precondition: this variable holds one element; `parameters` were made by ``init(parameter:)``.
    /// - Complexity: about twice that of computing this number.
    public func gradients(for parameters: [Variable]) -> [NDArray] {
        precondition(value.count == 1, "gradients of shape \(shape), which is not one number")
        let gradients = entry.map { Tape(of: $0).gradients(from: NDArray(shape: shape, repeating: 1)) }
        return parameters.map { parameter in
            precondition(parameter.entry != nil, "the gradient of a value that was not made as a parameter")
            return gradients?[parameter] ?? NDArray(shape: parameter.shape)
        }
    }
}

extension Variable: CustomStringConvertible {
    /// The shape and the first six elements: `"Variable[2 × 3](0.5, -1.0, …)"`.
    public var description: String { "Variable\(value.description.dropFirst("NDArray".count))" }
}
