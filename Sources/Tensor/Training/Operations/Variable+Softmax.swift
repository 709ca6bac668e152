private import CKernels

extension Variable {
    /// exp(x) / Σ exp(x) over the last axis.
    ///
    /// - Precondition: the last axis is not empty.
    public func softmax() -> Variable {
        let probabilities = value.softmaxRows()
        return recording(probabilities) { upstream, gradients in
            Self.pullBackSoftmax(&upstream, probabilities: probabilities)
            gradients.add(upstream, to: self)
        }
    }

    /// x − log Σ exp(x) over the last axis: the logarithm of ``softmax()`` without its loss of digits.
    ///
    /// - Precondition: the last axis is not empty.
    public func logSoftmax() -> Variable {
        let result = value - value.logSumExpRows().insertingAxis(at: -1)
        return recording(result) { upstream, gradients in
            let sums = upstream.sum(axes: [-1], keepingAxes: true)
            upstream -= ElementFunction.exp.values(result) * sums
            gradients.add(upstream, to: self)
        }
    }

    /// log Σ exp(x) over the last axis, which the result lacks.
    ///
    /// - Precondition: the last axis is not empty.
    public func logSumExp() -> Variable {
        let result = value.logSumExpRows()
        return recording(result) { upstream, gradients in
            gradients.add(value.softmaxRows() * upstream.insertingAxis(at: -1), to: self)
        }
    }

    /// Turns the gradient for softmaxes of rows into that for the rows.
    static func pullBackSoftmax(_ upstream: inout NDArray, probabilities: NDArray) {
        let length = probabilities.rowExtents.length
        probabilities.withUnsafeBufferPointer { p in
            upstream.updateRows { row, values in
                guard let p = p.baseAddress else { return }
                kindred_softmax_gradient(p + row * length, values, values, length)
            }
        }
    }
}
