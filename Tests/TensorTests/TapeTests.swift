import Tensor
import Testing

@Suite struct TapeTests {
    @Test("a variable that the result does not depend on has a gradient of zeros")
    func independent() {
        let (x, y) = (
            Variable(parameter: NDArray(shape: [2], repeating: 3)),
            Variable(parameter: NDArray(shape: [4], repeating: 1))
        )
        let gradients = x.squares().sum().gradients(for: [x, y])
        #expect(gradients == [NDArray(shape: [2], repeating: 6), NDArray(shape: [4])])
    }

    @Test("constants and detached variables need no gradients")
    func constants() {
        let x = Variable(parameter: NDArray(shape: [2], values: [3, 4]))
        let y = x.detached() * x + Variable(NDArray(5))
        #expect(y.sum().gradients(for: [x])[0].elements == [3, 4])
    }

    @Test("a result that no variable enters has gradients of zeros")
    func withoutVariables() {
        let x = Variable(parameter: NDArray(2))
        #expect(Variable(NDArray(1)).gradients(for: [x])[0] == NDArray(0))
    }

    @Test("operations on values that need no gradients give the same and are not recorded")
    func notRecorded() {
        let values = NDArray(shape: [2, 2], values: [1, 2, 3, 4])
        let plain = Variable(values).softmax()
        #expect(Variable(parameter: values).softmax().value == plain.value)
        #expect(plain.entry == nil)
    }

    @Test("what was recorded lives no longer than its result, however long it is", arguments: [true, false])
    func lifetime(asksForGradients: Bool) {
        weak var early: TapeEntry?
        do {
            let x = Variable(parameter: NDArray(1))
            early = x.entry
            var y = x
            for _ in 0..<100_000 { y = y + 1 }
            #expect(early != nil)
            #expect(y.value.scalar == 100_001)
            if asksForGradients { #expect(y.gradients(for: [x])[0].scalar == 1) }
        }
        #expect(early == nil)
    }

    @Test("a query that sees no key gets zeros, and its gradients are finite")
    func blindQuery() {
        let x = Variable(parameter: NDArray(shape: [2, 2], values: [1, 2, 3, 4]))
        let mask = NDArray(shape: [2, 2], values: [-.infinity, -.infinity, 0, 0])
        let output = Variable.attention(queries: x, keys: x, values: x, mask: mask)
        #expect(Array(output.value.elements[..<2]) == [0, 0])
        let gradient = output.squares().sum().gradients(for: [x])[0]
        #expect(gradient.elements.allSatisfy { $0.isFinite })
    }

    @Test("rows of zeros stay zeros when scaled to length one")
    func zeroRow() {
        let x = Variable(parameter: NDArray(shape: [2, 2], values: [0, 0, 3, 4]))
        let unit = x.normalizedRows()
        #expect(unit.value.elements == [0, 0, 0.6, 0.8])
    }
}
