private import CKernels

extension Variable {
    /// The mean of (x − target)² over all elements.
    public func meanSquaredError(to target: Variable) -> Variable {
        precondition(shape == target.shape, "shapes \(shape) and \(target.shape) differ")
        let difference = value - target.value
        let count = Double(max(1, value.count))
        let sum = difference.sumOfSquares() / count
        return .record(NDArray(Float(sum)), from: [self, target]) { upstream, gradients in
            var gradient = difference
            gradient *= Float(2 / count) * upstream.scalar
            gradients.add(gradient, to: self)
            gradients.add(-gradient, to: target)
        }
    }

    /// The mean over rows of −log softmax(x)[label]: `[n × classes]` gives one number.
    ///
    /// - Parameter labels: for each row the index of its class.
    /// - Precondition: rank 2, one label for each row, each label a class.
    public func crossEntropy(labels: [Int]) -> Variable {
        precondition(value.rank == 2 && labels.count == shape[0], "\(labels.count) labels for shape \(shape)")
        let classes = shape[1]
        for label in labels { precondition(label >= 0 && label < classes, "label \(label) of \(classes) classes") }
        let logSums = value.logSumExpRows().elements
        let losses = labels.indices.map { Double(logSums[$0]) - Double(value[$0, labels[$0]]) }
        let mean = losses.reduce(0, +) / Double(max(1, labels.count))
        return recording(NDArray(Float(mean))) { upstream, gradients in
            var gradient = value.softmaxRows()
            let scale = upstream.scalar / Float(max(1, labels.count))
            gradient.updateRows { row, values in
                values[labels[row]] -= 1
                for j in 0..<classes { values[j] *= scale }
            }
            gradients.add(gradient, to: self)
        }
    }
}

extension NDArray {
    /// Σ x², in double precision.
    func sumOfSquares() -> Double {
        let size = 1 << 16
        return withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return 0 }
            return parallelMap((0..<count).tileCount(size: size)) { tile in
                let part = (0..<count).tile(tile, size: size)
                return kindred_squared_norm(x + part.lowerBound, part.count)
            }.reduce(0, +)
        }
    }
}
