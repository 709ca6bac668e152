extension Variable {
    /// The sum of two arrays, element by element, with broadcasting.
    public static func + (left: Variable, right: Variable) -> Variable {
        .record(left.value + right.value, from: [left, right]) { upstream, gradients in
            gradients.add(upstream, to: left)
            gradients.add(upstream, to: right)
        }
    }

    /// The difference of two arrays, element by element, with broadcasting.
    public static func - (left: Variable, right: Variable) -> Variable {
        .record(left.value - right.value, from: [left, right]) { upstream, gradients in
            gradients.add(upstream, to: left)
            gradients.add(-upstream, to: right)
        }
    }

    /// The product of two arrays, element by element, with broadcasting. Matrices are multiplied by
    /// ``times(_:transposingSelf:transposingOther:)``.
    public static func * (left: Variable, right: Variable) -> Variable {
        .record(left.value * right.value, from: [left, right]) { upstream, gradients in
            gradients.add(upstream * right.value, to: left)
            gradients.add(upstream * left.value, to: right)
        }
    }

    /// The quotient of two arrays, element by element, with broadcasting.
    public static func / (left: Variable, right: Variable) -> Variable {
        let quotient = left.value / right.value
        return .record(quotient, from: [left, right]) { upstream, gradients in
            upstream = upstream / right.value
            gradients.add(upstream, to: left)
            gradients.add(-upstream * quotient, to: right)
        }
    }

    /// Each element plus a number.
    public static func + (left: Variable, right: Float) -> Variable {
        left.recording(left.value + right) { upstream, gradients in gradients.add(upstream, to: left) }
    }

    /// Each element times a number.
    public static func * (left: Variable, right: Float) -> Variable {
        left.recording(left.value * right) { upstream, gradients in gradients.add(upstream * right, to: left) }
    }

    /// Each element minus a number.
    public static func - (left: Variable, right: Float) -> Variable { left + -right }
    /// Each element divided by a number.
    public static func / (left: Variable, right: Float) -> Variable { left / Variable(NDArray(right)) }
    /// A number plus each element.
    public static func + (left: Float, right: Variable) -> Variable { right + left }
    /// A number minus each element.
    public static func - (left: Float, right: Variable) -> Variable { right * -1 + left }
    /// A number times each element.
    public static func * (left: Float, right: Variable) -> Variable { right * left }
    /// A number divided by each element.
    public static func / (left: Float, right: Variable) -> Variable { Variable(NDArray(left)) / right }
    /// Each element with its sign changed.
    public static prefix func - (variable: Variable) -> Variable { variable * -1 }

    /// The square of each element.
    public func squares() -> Variable {
        recording(value.squares()) { upstream, gradients in
            upstream *= value
            gradients.add(upstream * 2, to: self)
        }
    }

    /// The square root of each element.
    public func squareRoots() -> Variable {
        let roots = value.squareRoots()
        return recording(roots) { upstream, gradients in
            upstream *= 0.5
            gradients.add(upstream / roots, to: self)
        }
    }

    /// The sum over axes, all by default; negative axes count from the last.
    ///
    /// - Parameters:
    ///   - axes: the axes to reduce; all when `nil`. Each may be negative.
    ///   - keepingAxes: whether the axes stay, with length 1.
    public func sum(axes: [Int]? = nil, keepingAxes: Bool = false) -> Variable {
        recording(value.sum(axes: axes, keepingAxes: keepingAxes)) { upstream, gradients in
            gradients.add(upstream.reshaped(to: shape(keeping: axes)).broadcast(to: shape), to: self)
        }
    }

    /// The mean over axes, all by default; negative axes count from the last.
    ///
    /// - Parameters:
    ///   - axes: the axes to reduce; all when `nil`. Each may be negative.
    ///   - keepingAxes: whether the axes stay, with length 1.
    public func mean(axes: [Int]? = nil, keepingAxes: Bool = false) -> Variable {
        recording(value.mean(axes: axes, keepingAxes: keepingAxes)) { upstream, gradients in
            let kept = shape(keeping: axes)
            upstream *= Float(Double(NDArray.elementCount(of: kept)) / Double(value.count))
            gradients.add(upstream.reshaped(to: kept).broadcast(to: shape), to: self)
        }
    }

    /// The array repeated along axes that it lacks or has with length 1.
    public func broadcast(to target: [Int]) -> Variable {
        recording(value.broadcast(to: target)) { upstream, gradients in gradients.add(upstream, to: self) }
    }

    /// The shape with `axes`, or all, shortened to length 1.
    private func shape(keeping axes: [Int]?) -> [Int] {
        var kept = shape
        for axis in axes ?? Array(shape.indices) { kept[value.resolved(axis: axis)] = 1 }
        return kept
    }
}
