import Tensor
import Testing

@Suite struct TapeTests {
    @Test("a variable that the result does not depend on has a gradient of zeros")
    func independent() {
        let tape = Tape()
        let (x, y) = (
            tape.variable(NDArray(shape: [2], repeating: 3)), tape.variable(NDArray(shape: [4], repeating: 1))
        )
        let gradients = tape.gradients(of: x.squares().sum(), for: [x, y])
        #expect(gradients == [NDArray(shape: [2], repeating: 6), NDArray(shape: [4])])
    }

    @Test("constants and detached variables need no gradients")
    func constants() {
        let tape = Tape()
        let x = tape.variable(NDArray(shape: [2], values: [3, 4]))
        let y = x.detached() * x + tape.constant(NDArray(5))
        #expect(tape.gradients(of: y.sum(), for: [x])[0].elements == [3, 4])
    }

    @Test("a result that no variable enters has gradients of zeros")
    func withoutVariables() {
        let tape = Tape()
        let x = tape.variable(NDArray(2))
        #expect(tape.gradients(of: tape.constant(NDArray(1)), for: [x])[0] == NDArray(0))
    }

    @Test("a tape that does not record gives the same values")
    func notRecording() {
        let (recording, silent) = (Tape(), Tape(recording: false))
        let values = NDArray(shape: [2, 2], values: [1, 2, 3, 4])
        #expect(recording.variable(values).softmax().value == silent.variable(values).softmax().value)
    }

    @Test("a query that sees no key gets zeros, and its gradients are finite")
    func blindQuery() {
        let tape = Tape()
        let x = tape.variable(NDArray(shape: [2, 2], values: [1, 2, 3, 4]))
        let mask = NDArray(shape: [2, 2], values: [-.infinity, -.infinity, 0, 0])
        let output = Variable.attention(queries: x, keys: x, values: x, mask: mask)
        #expect(Array(output.value.elements[..<2]) == [0, 0])
        let gradient = tape.gradients(of: output.squares().sum(), for: [x])[0]
        #expect(gradient.elements.allSatisfy { $0.isFinite })
    }

    @Test("rows of zeros stay zeros when scaled to length one")
    func zeroRow() {
        let tape = Tape()
        let x = tape.variable(NDArray(shape: [2, 2], values: [0, 0, 3, 4]))
        let unit = x.normalizedRows()
        #expect(unit.value.elements == [0, 0, 0.6, 0.8])
    }
}
