/// The arrays that training changes: by name, in the order in which they were added.
///
/// ```swift
/// var parameters = ParameterSet()
/// var random = RandomSource(seed: 1, stage: "weights")
/// parameters.addLinear("encoder", inputs: 784, outputs: 64, random: &random)
/// parameters["encoder.weight"].shape   // [64, 784]
/// ```
public struct ParameterSet: Sendable {
    /// The names, in the order in which they were added.
    public private(set) var names: [String] = []
    /// The arrays, in the same order.
    public private(set) var values: [NDArray] = []
    private var positions: [String: Int] = [:]

    /// No parameters.
    public init() {}

    /// The number of arrays.
    public var count: Int { names.count }

    /// The number of elements of all arrays.
    public var elementCount: Int { values.reduce(0) { $0 + $1.count } }

    /// Whether there is an array of this name.
    public func contains(_ name: String) -> Bool { positions[name] != nil }

    /// Where the array of this name stands.
    ///
    /// - Precondition: there is one.
    func position(of name: String) -> Int {
        guard let position = positions[name] else { preconditionFailure("no parameter is called \(name)") }
        return position
    }

    /// The array of this name. Writing adds or replaces it.
    ///
    /// - Precondition: for reading, there is one.
    public subscript(name: String) -> NDArray {
        get { values[position(of: name)] }
        set {
            if let position = positions[name] {
                values[position] = newValue
            } else {
                positions[name] = names.count
                names.append(name)
                values.append(newValue)
            }
        }
    }

    /// Changes an array in place.
    mutating func update(at position: Int, _ body: (inout NDArray) -> Void) { body(&values[position]) }

    /// Adds `<name>.weight` `[outputs × inputs]` and, if wanted, `<name>.bias` `[outputs]`, drawn uniformly between
    /// ±1 / √inputs as PyTorch does.
    public mutating func addLinear(
        _ name: String, inputs: Int, outputs: Int, hasBias: Bool = true, random: inout RandomSource
    ) {
        let bound = 1 / Double(max(1, inputs)).squareRoot()
        self[name + ".weight"] = NDArray(shape: [outputs, inputs], uniformIn: -bound..<bound, random: &random)
        if hasBias { self[name + ".bias"] = NDArray(shape: [outputs], uniformIn: -bound..<bound, random: &random) }
    }

    /// Adds `<name>.weight` `[outputs × inputs / groups × size × size]` and, if wanted, `<name>.bias` `[outputs]`,
    /// drawn uniformly between ±1 / √(inputs / groups · size²) as PyTorch does.
    public mutating func addConvolution(
        _ name: String, inputs: Int, outputs: Int, size: Int, groups: Int = 1, hasBias: Bool = true,
        random: inout RandomSource
    ) {
        let bound = 1 / Double(max(1, inputs / groups * size * size)).squareRoot()
        self[name + ".weight"] = NDArray(
            shape: [outputs, inputs / groups, size, size], uniformIn: -bound..<bound, random: &random)
        if hasBias { self[name + ".bias"] = NDArray(shape: [outputs], uniformIn: -bound..<bound, random: &random) }
    }

    /// Adds `<name>.weight` of ones and `<name>.bias` of zeros, both `[count]`.
    public mutating func addLayerNormalization(_ name: String, count: Int) {
        self[name + ".weight"] = NDArray(shape: [count], repeating: 1)
        self[name + ".bias"] = NDArray(shape: [count])
    }
}

extension ParameterSet: Equatable {
    /// Whether names, their order and all elements are equal.
    public static func == (left: ParameterSet, right: ParameterSet) -> Bool {
        left.names == right.names && left.values == right.values
    }
}

extension NDArray {
    /// An array of numbers that are drawn uniformly from `range`.
    ///
    /// - Complexity: O(count).
    public init(shape: [Int], uniformIn range: Range<Double>, random: inout RandomSource) {
        let count = Self.elementCount(of: shape)
        self.init(shape: shape, values: (0..<count).map { _ in Float(random.uniform(in: range)) })
    }

    /// An array of numbers that are drawn from the normal distribution with mean 0.
    ///
    /// - Parameters:
    ///   - shape: the length of each axis.
    ///   - deviation: the standard deviation, at least 0.
    ///   - random: where the numbers come from.
    /// - Complexity: O(count).
    public init(shape: [Int], normalWithDeviation deviation: Double, random: inout RandomSource) {
        let count = Self.elementCount(of: shape)
        self.init(shape: shape, values: (0..<count).map { _ in Float(deviation * random.normal()) })
    }
}
