/// A regular expression, whose matches are found in one pass: all ways to match go on side by side, in the order in
/// which they would be tried.
///
/// - Reference: Thompson (1968), Regular Expression Search Algorithm; the order is that of backtracking engines.
struct RegularExpression: Sendable, Hashable {
    private enum Instruction: Sendable, Hashable {
        case set(ScalarSet)
        case ahead(ScalarSet, isWanted: Bool)
        /// Goes on at both places, the first one first.
        case fork(Int, Int)
        case jump(Int)
        case match
    }

    private var program: [Instruction] = []
    private static let longestProgram = 2000

    /// - Returns: `nil` for an expression of a kind that is not known, that is too long, or that may match nothing.
    init?(_ source: String) {
        guard let node = ExpressionParser.parse(source), node.leastLength > 0, compile(node) else { return nil }
        program.append(.match)
    }

    /// Appends what matches `node`; `false` where the program becomes too long.
    private mutating func compile(_ node: ExpressionNode) -> Bool {
        guard program.count < Self.longestProgram else { return false }
        switch node {
        case .set(let set): program.append(.set(set))
        case .ahead(let set, let isWanted): program.append(.ahead(set, isWanted: isWanted))
        case .sequence(let parts):
            for part in parts where !compile(part) { return false }
        case .choice(let parts):
            var jumps: [Int] = []
            for (index, part) in parts.enumerated() {
                let fork = program.count
                if index < parts.count - 1 { program.append(.fork(fork + 1, 0)) }
                guard compile(part) else { return false }
                guard index < parts.count - 1 else { continue }
                jumps.append(program.count)
                program.append(.jump(0))
                program[fork] = .fork(fork + 1, program.count)
            }
            for jump in jumps { program[jump] = .jump(program.count) }
        case .repetition(let part, let least, let most, let isGreedy):
            for _ in 0..<least where !compile(part) { return false }
            if let most {
                var forks: [Int] = []
                for _ in least..<most {
                    forks.append(program.count)
                    program.append(.fork(0, 0))
                    guard compile(part) else { return false }
                }
                for fork in forks { program[fork] = Self.fork(fork + 1, program.count, isGreedy) }
            } else {
                // A part that may be empty would go round without end.
                guard part.leastLength > 0 else { return false }
                let fork = program.count
                program.append(.fork(0, 0))
                guard compile(part) else { return false }
                program.append(.jump(fork))
                program[fork] = Self.fork(fork + 1, program.count, isGreedy)
            }
        }
        return true
    }

    private static func fork(_ inside: Int, _ after: Int, _ isGreedy: Bool) -> Instruction {
        isGreedy ? .fork(inside, after) : .fork(after, inside)
    }

    /// The end of the match that starts at `start`; `start` itself where there is none.
    ///
    /// - Complexity: O(n · m) for n bytes that are looked at and an expression of m parts.
    func end(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let tables = CharacterTables.shared
        var result = start
        // Places in the program, those tried first at the front.
        var current: [Int] = []
        var following: [Int] = []
        var seen = [Int](repeating: -1, count: program.count)
        var pending: [Int] = []
        func follow(_ place: Int, at position: Int, into places: inout [Int]) {
            pending.append(place)
            while let place = pending.popLast() {
                if seen[place] == position { continue }
                seen[place] = position
                switch program[place] {
                case .jump(let target): pending.append(target)
                case .fork(let first, let second):
                    pending.append(second)
                    pending.append(first)
                case .ahead(let set, let isWanted):
                    let isThere =
                        position < bytes.count && set.contains(bytes.scalar(at: position).scalar.value, tables)
                    if isThere == isWanted { pending.append(place + 1) }
                case .set, .match: places.append(place)
                }
            }
        }
        var position = start
        follow(0, at: position, into: &current)
        while !current.isEmpty {
            let (scalar, length) = position < bytes.count ? bytes.scalar(at: position) : (" ", 0)
            following.removeAll(keepingCapacity: true)
            scan: for place in current {
                switch program[place] {
                case .match:
                    result = position
                    // What would be tried later does not matter any more.
                    break scan
                case .set(let set) where length > 0 && set.contains(scalar.value, tables):
                    follow(place + 1, at: position + length, into: &following)
                default: break
                }
            }
            swap(&current, &following)
            position += length
            if length == 0 { break }
        }
        return result
    }
}
