/// The tiles that cover the outputs of a batch, counted picture by picture and line by line.
struct WinogradTiles {
    let input: Extent2D
    let output: Extent2D
    private let padding: Padding2D
    private let tile: Int
    private let grid: Extent2D
    /// The number of tiles.
    let count: Int

    init(_ problem: WindowProblem, tile: Int) {
        input = problem.input
        output = problem.output
        padding = problem.grid.padding
        self.tile = tile
        grid = Extent2D(
            height: (0..<problem.output.height).tileCount(size: tile),
            width: (0..<problem.output.width).tileCount(size: tile))
        count = problem.batch * grid.area
    }

    private func place(_ index: Int) -> (picture: Int, y: Int, x: Int) {
        let (picture, place) = index.quotientAndRemainder(dividingBy: grid.area)
        let (row, column) = place.quotientAndRemainder(dividingBy: grid.width)
        return (picture, row * tile, column * tile)
    }

    /// Where a tile's patch of input begins (in pixels; it may lie outside of the picture), and which of its rows and
    /// columns are inside.
    func patch(_ index: Int) -> (offset: Int, rows: Range<Int>, columns: Range<Int>) {
        let (picture, y, x) = place(index)
        let (top, left) = (y - padding.top, x - padding.left)
        return (
            (picture * input.height + top) * input.width + left, inside(top, input.height), inside(left, input.width)
        )
    }

    private func inside(_ first: Int, _ length: Int) -> Range<Int> {
        let start = min(max(0, -first), tile + 2)
        return start..<max(start, min(tile + 2, length - first))
    }

    /// Where a tile's first pixel goes (in pixels), and how many of its rows and columns are inside.
    func target(_ index: Int) -> (offset: Int, height: Int, width: Int) {
        let (picture, y, x) = place(index)
        return (
            (picture * output.height + y) * output.width + x, min(tile, output.height - y), min(tile, output.width - x)
        )
    }
}
