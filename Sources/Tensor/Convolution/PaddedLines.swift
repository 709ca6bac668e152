/// Copies a picture's lines with the zeros around them, for methods that read windows in place.
struct PaddedLines {
    private let problem: WindowProblem
    /// How often each channel is repeated.
    private let repetitions: Int
    /// Whether there is anything to add: else lines are read where they are.
    private let copies: Bool
    /// Floats from one line to the next.
    let pitch: Int

    init(_ problem: WindowProblem, repeating repetitions: Int) {
        let padding = problem.grid.padding
        self.problem = problem
        self.repetitions = repetitions
        copies = !padding.isZero || repetitions > 1
        pitch = (problem.input.width + padding.left + padding.right) * problem.channels * repetitions
    }

    /// How many lines of output belong together so that a tile has about `pixels` and copies about `floats`.
    func linesPerTile(pixels: Int, floats: Int) -> Int {
        var lines = max(1, min(problem.output.height, pixels / problem.output.width))
        while lines > 1 && inputLines(lines) * pitch > floats { lines /= 2 }
        return lines
    }

    /// The floats that are copied for so many lines of output.
    func floats(forLines count: Int) -> Int { copies ? inputLines(count) * pitch : 0 }

    private func inputLines(_ outputLines: Int) -> Int {
        (outputLines - 1) * problem.grid.stride.height + problem.grid.reach.height
    }

    /// The first line that the output lines `range` of a picture need; the others follow, ``pitch`` floats apart.
    func lines(
        for range: Range<Int>, picture: Int, of source: UnsafePointer<Float>, in workspace: Workspace
    ) -> UnsafePointer<Float> {
        let line = problem.input.width * problem.channels
        let start = source + picture * problem.input.height * line
        let first = range.lowerBound * problem.grid.stride.height - problem.grid.padding.top
        guard copies else { return start + first * line }
        let count = inputLines(range.count)
        let target = workspace.floats(count * pitch)
        let left = problem.grid.padding.left * problem.channels * repetitions
        for row in 0..<count {
            let to = target + row * pitch
            guard first + row >= 0 && first + row < problem.input.height else {
                to.update(repeating: 0, count: pitch)
                continue
            }
            to.update(repeating: 0, count: left)
            copy(start + (first + row) * line, count: line, to: to + left)
            let end = left + line * repetitions
            (to + end).update(repeating: 0, count: pitch - end)
        }
        return UnsafePointer(target)
    }

    private func copy(_ source: UnsafePointer<Float>, count: Int, to target: UnsafeMutablePointer<Float>) {
        if repetitions == 1 { return target.update(from: source, count: count) }
        for index in 0..<count {
            (target + index * repetitions).update(repeating: source[index], count: repetitions)
        }
    }
}
