import Foundation
import Kindred

/// Rows that come a batch at a time.
protocol RowBatches {
    /// The next rows, at least one and, but for arrays that come whole, at most so many; `nil` at the end, and after
    /// Ctrl-C.
    mutating func next(atMost most: Int) throws -> Matrix?

    /// How many rows there are, where that is known.
    var rowCount: Int? { get }
}

/// The rows of `.npy` files, one file after the other. Rows that hold nothing are left out.
struct FileBatches: RowBatches {
    private var paths: ArraySlice<String>
    private let session: Session
    private var rows = Matrix(rows: 0, columns: 0)
    private var position = 0
    let rowCount: Int?

    /// - Parameter inputs: files, and folders whose `.npy` files are taken in order of their names.
    init(_ inputs: [String], session: Session) throws {
        var paths: [String] = []
        for input in inputs {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: input, isDirectory: &isDirectory) else {
                throw ToolError(.missingInput, "\(input): no such file or directory")
            }
            guard isDirectory.boolValue else {
                paths.append(input)
                continue
            }
            let names = try Directory.entries(of: input).map { String(decoding: $0.name, as: UTF8.self) }
                .filter { $0.hasSuffix(".npy") }
            guard !names.isEmpty else { throw ToolError.badData("\(input): there are no .npy files in this directory") }
            paths += names.map { input + "/" + $0 }
        }
        self.paths = paths[...]
        rowCount = try paths.reduce(0) { try $0 + VectorFile($1).rows }
        self.session = session
    }

    mutating func next(atMost most: Int) throws -> Matrix? {
        while position == rows.rows {
            guard !Interrupt.isRequested, let path = paths.popFirst() else { return nil }
            let file = try session.vectors(path)
            rows = file.presentRows.isEmpty ? Matrix(rows: 0, columns: 0) : try file.presentMatrix()
            position = 0
        }
        if Interrupt.isRequested { return nil }
        let part = position..<min(rows.rows, position + most)
        position = part.upperBound
        return rows.rows(in: part)
    }
}

/// How rows come through standard input.
enum StreamFormat: String, CaseIterable {
    /// `.npy` arrays of two dimensions, one directly after the other; each is a batch.
    case npy
    /// Numbers with commas, semicolons, tabs or spaces between, one row on each line; a first line of names is passed by.
    case csv
    /// `[1, 2, 3]` or `{"vector": [1, 2, 3]}`, one row on each line.
    case jsonl
}

/// The rows of standard input.
struct InputBatches: RowBatches {
    private let input = StandardInput()
    private var format: StreamFormat?
    private var lineNumber = 0
    private var arrayNumber = 0
    private var columns: Int?
    let rowCount: Int? = nil

    /// The largest array that is read at once.
    private static let mostBytes = 1 << 32
    /// The most lines that make a batch.
    private static let mostLines = 4096

    /// - Parameter format: how the rows come; `nil` to see it by the first byte.
    init(format: StreamFormat?) { self.format = format }

    mutating func next(atMost most: Int) throws -> Matrix? {
        guard try input.wait(for: 1), !Interrupt.isRequested else { return nil }
        let format = self.format ?? Self.format(startingWith: input.peek(1).first ?? 0)
        self.format = format
        return try format == .npy ? array() : lines(format, atMost: min(most, Self.mostLines))
    }

    private static func format(startingWith byte: UInt8) -> StreamFormat {
        switch byte {
        case 0x93: .npy
        case UInt8(ascii: "["), UInt8(ascii: "{"): .jsonl
        default: .csv
        }
    }

    private mutating func array() throws -> Matrix? {
        arrayNumber += 1
        let name = "standard input, array \(arrayNumber)"
        var ended: ToolError? {
            Interrupt.isRequested ? nil : ToolError.badData("\(name): it ends before the array does")
        }
        func wait(_ count: Int) throws -> Bool {
            if try input.wait(for: count) { return true }
            if let ended { throw ended }
            return false
        }
        guard try wait(12) else { return nil }
        let start = Array(input.peek(12))
        // What is no array at all is refused before more of it is waited for.
        if start.first != 0x93 { _ = try start.withUnsafeBytes { try NPYHeader(prefix: $0, path: name) } }
        let (size, offset) = start[6] == 1 ? (2, 10) : (4, 12)
        let length = (0..<size).reduce(0) { $0 | Int(start[8 + $1]) << (8 * $1) }
        // What is too long is refused below.
        guard try wait(offset + min(length, NPYHeader.longestDictionary)) else { return nil }
        let header = try Array(input.peek(offset + min(length, NPYHeader.longestDictionary))).withUnsafeBytes {
            try NPYHeader(prefix: $0, path: name)
        }
        let total = header.dataOffset + header.byteCount
        guard total <= Self.mostBytes else {
            throw ToolError.badData("\(name) takes \(header.byteCount) bytes; give arrays of at most 4 GiB each")
        }
        guard try wait(total) else { return nil }
        let file = try NPYFile(FileBytes(input.take(total), path: name))
        guard file.shape.count == 2 else {
            throw ToolError.badData("\(name) has the shape \(file.shape); rows come as an array of two dimensions")
        }
        let rows = Matrix(try file.array())
        return rows.rows > 0 ? rows : try next(atMost: 1)
    }

    private mutating func lines(_ format: StreamFormat, atMost most: Int) throws -> Matrix? {
        var values: [Float] = []
        var count = 0
        while count < most, let line = try input.line() {
            lineNumber += 1
            let row: [Float]?
            switch format {
            case .jsonl: row = try line.withUnsafeBytes { try jsonRow($0) }
            default: row = try numbers(line)
            }
            guard let row else { continue }
            if let columns, columns != row.count {
                throw problem("has \(counted(row.count, "number")), those before it \(columns)")
            }
            guard row.allSatisfy(\.isFinite) else { throw problem("holds a number that is not finite") }
            columns = row.count
            values += row
            count += 1
        }
        return count > 0 ? Matrix(rows: count, columns: columns ?? 0, values: values) : nil
    }

    private func problem(_ reason: String) -> ToolError { .badData("standard input: line \(lineNumber) \(reason)") }

    /// The numbers of a line; `nil` for one that is empty, or of names.
    private func numbers(_ line: [UInt8]) throws -> [Float]? {
        let separators = Set(",; \t".utf8)
        let fields = line.split { separators.contains($0) }.map { String(decoding: $0, as: UTF8.self) }
        if fields.isEmpty { return nil }
        let values = fields.compactMap { Float($0) }
        if values.count == fields.count { return values }
        if lineNumber == 1, values.isEmpty { return nil }
        throw problem("has \"\(fields.first { Float($0) == nil } ?? "")\" where a number is expected")
    }

    private func jsonRow(_ bytes: UnsafeRawBufferPointer) throws -> [Float]? {
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return nil }
        do throws(JSONReader.Problem) {
            var reader = JSONReader(bytes, deepest: 8)
            var row: [Float]?
            var depth = 0
            // How deep the row's numbers stand, while it is open; and whether the value that follows is the row.
            var rowDepth = -1
            var isNext = true
            while let token = try reader.next() {
                switch token {
                case .integer(let value) where depth == rowDepth: row?.append(Float(value))
                case .number(let value) where depth == rowDepth: row?.append(Float(value))
                case .arrayEnd where depth == rowDepth:
                    depth -= 1
                    rowDepth = -1
                case _ where depth == rowDepth: throw reader.problem("the vector must hold numbers only")
                case .arrayStart:
                    depth += 1
                    if isNext { (row, rowDepth) = ([], depth) }
                case .objectStart: depth += 1
                case .objectEnd, .arrayEnd: depth -= 1
                default: break
                }
                isNext = depth == 1 && token == .key("vector")
            }
            guard let row, !row.isEmpty else { throw reader.problem("an array of numbers is expected") }
            return row
        } catch {
            throw problem("is damaged at byte \(error.offset): \(error.reason)")
        }
    }
}
