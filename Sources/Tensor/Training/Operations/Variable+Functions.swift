extension Variable {
    /// max(x, 0).
    public func relu() -> Variable { applying(.relu) }
    /// x · Φ(x), with the error function.
    ///
    /// - Reference: Hendrycks and Gimpel, "Gaussian error linear units", 2016, arXiv:1606.08415.
    public func gelu() -> Variable { applying(.gelu) }
    /// x · Φ(x) in the approximation by tanh that GPT-2 uses.
    public func geluTanh() -> Variable { applying(.geluTanh) }
    /// x · σ(1.702 x), CLIP's approximation of GELU.
    public func quickGELU() -> Variable { applying(.quickGELU) }
    /// x · σ(x), also called swish.
    public func silu() -> Variable { applying(.silu) }
    /// The hyperbolic tangent of each element.
    public func tanh() -> Variable { applying(.tanh) }
    /// σ(x) = 1 / (1 + exp(−x)).
    public func sigmoid() -> Variable { applying(.sigmoid) }
    /// The exponential of each element.
    public func exp() -> Variable { applying(.exp) }
    /// The natural logarithm of each element.
    public func log() -> Variable { applying(.log) }

    private func applying(_ function: ElementFunction) -> Variable {
        let result = function.values(value)
        return recording(result) { upstream, gradients in
            function.pullBack(&upstream, x: value, y: result)
            gradients.add(upstream, to: self)
        }
    }
}
