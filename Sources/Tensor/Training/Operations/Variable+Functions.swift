extension Variable {
    /// The variable with `activation` applied to each element.
    ///
    /// - Complexity: O(count).
    public func applying(_ activation: Activation) -> Variable {
        ElementFunction(activation).map { applying($0) } ?? self
    }

    /// eˣ of each element.
    ///
    /// - Complexity: O(count).
    public func exponentials() -> Variable { applying(.exp) }

    /// The natural logarithm of each element.
    ///
    /// - Complexity: O(count).
    public func logarithms() -> Variable { applying(.log) }

    private func applying(_ function: ElementFunction) -> Variable {
        let result = function.values(value)
        return recording(result) { upstream, gradients in
            function.pullBack(&upstream, x: value, y: result)
            gradients.add(upstream, to: self)
        }
    }
}
