import Kindred

/// Gradients and updates.
let trainingCases: [String: Case] = [
    "adam-step": { folder in
        let data = NDArray(try Matrix(npy: folder + "/x.npy"))
        var parameters = ParameterSet()
        for layer in 0..<4 {
            parameters["\(layer).weight"] = NDArray(try Matrix(npy: "\(folder)/weight\(layer).npy"))
            let bias = NDArray(try Matrix(npy: "\(folder)/bias\(layer).npy", vectorAsColumn: true))
            parameters["\(layer).bias"] = bias.flattened()
        }
        let optimizer = Adam(learningRate: 1e-3)
        var state = OptimizerState(for: optimizer, parameters: parameters)
        var firstLoss: Float?
        /// The loss and its gradients; what was recorded is gone when this returns.
        func differentiate() -> (Float, [NDArray]) {
            let x = Variable(data)
            let weights = parameters.values.map { Variable(parameter: $0) }
            var hidden = x
            for layer in 0..<4 {
                hidden = hidden.linear(weight: weights[2 * layer], bias: weights[2 * layer + 1])
                if layer % 2 == 0 { hidden = hidden.applying(.gelu) }
            }
            let loss = hidden.meanSquaredError(to: x)
            return (loss.value.scalar, loss.gradients(for: weights))
        }
        return {
            let (loss, gradients) = differentiate()
            state.update(&parameters, gradients: gradients, using: optimizer)
            if firstLoss == nil { firstLoss = loss }
            return ["loss": Double(firstLoss ?? .nan)]
        }
    }
]
