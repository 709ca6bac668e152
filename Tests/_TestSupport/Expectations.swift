import Tensor
import Testing

/// Expects `actual` and `expected` to be equal within `relativeTolerance · |expected| + absoluteTolerance`, element by
/// element, and names the worst element when they are not.
public func expectClose<Number: BinaryFloatingPoint>(
    _ actual: some Collection<Number>, _ expected: some Collection<Number>, relativeTolerance: Number = 1e-5,
    absoluteTolerance: Number = 1e-6, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(actual.count == expected.count, sourceLocation: sourceLocation)
    var worst: (index: Int, excess: Number, actual: Number, expected: Number)?
    for (index, (a, e)) in zip(actual, expected).enumerated() {
        let excess = abs(a - e) - (relativeTolerance * abs(e) + absoluteTolerance)
        if excess.isNaN || excess > (worst?.excess ?? 0) { worst = (index, excess, a, e) }
    }
    if let worst {
        Issue.record(
            "element \(worst.index) is \(worst.actual), expected \(worst.expected)", sourceLocation: sourceLocation)
    }
}

/// As `expectClose` for collections, and the shapes must be equal too.
public func expectClose(
    _ actual: Matrix, _ expected: Matrix, relativeTolerance: Float = 1e-5, absoluteTolerance: Float = 1e-6,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(actual.rows == expected.rows && actual.columns == expected.columns, sourceLocation: sourceLocation)
    expectClose(
        actual.elements, expected.elements, relativeTolerance: relativeTolerance,
        absoluteTolerance: absoluteTolerance, sourceLocation: sourceLocation)
}

/// Expects two numbers to be equal within the given tolerances.
public func expectClose(
    _ actual: Double, _ expected: Double, relativeTolerance: Double = 1e-6, absoluteTolerance: Double = 1e-9,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let close = abs(actual - expected) <= relativeTolerance * abs(expected) + absoluteTolerance
    #expect(close, "\(actual) is not close to \(expected)", sourceLocation: sourceLocation)
}

/// Expects two labellings to describe the same groups, whatever the groups are called; −1 (noise) only matches −1.
public func expectSamePartition(
    _ actual: some Collection<Int>, _ expected: some Collection<Int>, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(actual.count == expected.count, sourceLocation: sourceLocation)
    var forward: [Int: Int] = [-1: -1]
    var backward: [Int: Int] = [-1: -1]
    for (index, (a, e)) in zip(actual, expected).enumerated() {
        if forward[a, default: e] != e || backward[e, default: a] != a {
            Issue.record(
                "item \(index) is in group \(a), expected \(e): the partitions differ", sourceLocation: sourceLocation)
            return
        }
        forward[a] = e
        backward[e] = a
    }
}
