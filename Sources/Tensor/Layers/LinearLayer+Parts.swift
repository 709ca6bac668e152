extension LinearLayer {
    /// What a layer of bytes is made of, to be kept in a file.
    package struct Parts: Sendable {
        package let inputs, outputs: Int
        /// What a whole number stands for, and the sum of them, output by output.
        package let scales: [Float]
        package let sums: [Int32]
        package let bias: [Float]
        /// What inputs are multiplied with; none for nothing.
        package let factors: [Float]
        /// The weights as whole numbers in the order in which they are multiplied.
        package let panels: FloatStorage

        /// - Precondition: `panels` has as many floats as ``panelFloats(outputs:inputs:)`` says.
        package init(
            inputs: Int, outputs: Int, scales: [Float], sums: [Int32], bias: [Float], factors: [Float],
            panels: FloatStorage
        ) {
            precondition(scales.count == outputs && sums.count == outputs && bias.count == outputs)
            precondition(factors.isEmpty || factors.count == inputs)
            (self.inputs, self.outputs, self.panels) = (inputs, outputs, panels)
            (self.scales, self.sums, self.bias, self.factors) = (scales, sums, bias, factors)
        }

        /// The number of floats whose memory panels take.
        package static func panelFloats(outputs: Int, inputs: Int) -> Int {
            QuantizedColumns.panelFloats(count: outputs, depth: inputs)
        }
    }

    /// The parts of a layer of bytes; `nil` where products are of floats.
    package var parts: Parts? {
        guard case .int8(let columns, let factors) = weights else { return nil }
        let bias = bias.map { Array(UnsafeBufferPointer(start: $0.start, count: outputs)) }
        return Parts(
            inputs: inputs, outputs: outputs, scales: columns.scales, sums: Array(columns.sums.prefix(outputs)),
            bias: bias ?? [Float](repeating: 0, count: outputs),
            factors: factors.map { Array(UnsafeBufferPointer(start: $0.start, count: inputs)) } ?? [],
            panels: columns.panels)
    }

    /// A layer of parts.
    package init(_ parts: Parts, activation: Activation) {
        (inputs, outputs) = (parts.inputs, parts.outputs)
        self.activation = activation
        bias = Self.storage(parts.bias)
        weights = .int8(
            QuantizedColumns(
                count: parts.outputs, depth: parts.inputs, panels: parts.panels, scales: parts.scales, sums: parts.sums),
            inputFactors: parts.factors.isEmpty ? nil : Self.storage(parts.factors))
    }
}
