import Kindred

/// The vectors in a `.npy` file and what their rows are called. Opening it reads no numbers yet, so that their size is
/// known before memory is used.
struct VectorFile {
    let path: String
    let rows: Int
    let columns: Int
    let sheet: RowSheet
    /// The rows that hold something, ascending.
    let presentRows: [Int]

    /// - Throws: ``ToolError`` and ``TensorError``, for a file that is missing or holds no matrix.
    init(_ path: String) throws {
        let shape = try NPYFile(path).shape
        guard shape.count == 2 else {
            throw ToolError.badData(
                "\(path): a matrix has two dimensions; the array has the shape (\(shape.map { "\($0)" }.joined(separator: ", ")))"
            )
        }
        self.path = path
        (rows, columns) = (shape[0], shape[1])
        sheet = try RowSheet(beside: path, rows: rows)
        presentRows = sheet.presentRows
    }

    /// The memory that ``presentMatrix()`` takes, while it is made.
    var memoryEstimate: MemoryEstimate {
        let copied = presentRows.count == rows ? 0 : presentRows.count
        return MemoryEstimate("vectors", floats: (rows + copied) * columns)
    }

    /// All rows.
    ///
    /// - Throws: ``TensorError`` for a file that is damaged, and for a number that is not finite, naming row and
    ///   column.
    func matrix() throws -> Matrix { try Matrix(npy: path) }

    /// The rows that hold something. `[presentRows.count × columns]`
    ///
    /// - Throws: as ``matrix()``, and ``ToolError`` when no row holds anything.
    func presentMatrix() throws -> Matrix {
        guard !presentRows.isEmpty else {
            throw ToolError.badData(
                rows == 0 ? "\(path) has no rows" : "none of the \(rows) rows of \(path) has the status ok")
        }
        let all = try matrix()
        return presentRows.count == rows ? all : all.gatheringRows(presentRows)
    }

    /// A remark on rows that hold nothing; `nil` when there are none.
    var remark: String? {
        sheet.absentCount == 0
            ? nil : "\(sheet.absentCount) of \(counted(rows, "row")) of \(path) without content, left out"
    }
}

extension Matrix {
    /// The rows put at `places` of a matrix of `count` rows, zeros elsewhere.
    func scattering(to places: [Int], outOf count: Int) -> Matrix {
        if places.count == count { return self }
        var result = Matrix(rows: count, columns: columns)
        result.replaceRows(at: places, with: self)
        return result
    }
}

extension Session {
    /// The vectors in a file; tells when rows of it will be left out.
    func vectors(_ path: String) throws -> VectorFile {
        let file = try VectorFile(path)
        if let text = file.remark { remark(text) }
        return file
    }

    /// The vectors in a file, once it is known that what is to be done with them fits into memory.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - work: what is to be done.
    ///   - estimate: what that takes besides the vectors, for so many rows that hold something and so many columns.
    func vectors(
        _ path: String, for work: String, taking estimate: (_ rows: Int, _ columns: Int) throws -> MemoryEstimate
    ) throws -> VectorFile {
        let file = try vectors(path)
        try requireMemory(file.memoryEstimate + estimate(file.presentRows.count, file.columns), for: work)
        return file
    }

    /// Writes vectors to `path` and what their rows are called beside it.
    func write(_ matrix: Matrix, _ sheet: RowSheet, to path: String) throws {
        try write(path) { try matrix.write(npy: path) }
        try write(RowSheet.path(beside: path)) { try sheet.write(beside: path) }
    }
}
