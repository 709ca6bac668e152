/// Pictures and texts to be grouped: rows that keep their place and their id from the input to the report.
///
/// Every row of the input has exactly one row here, whatever is wrong with it; its ``status(of:)`` says what. So
/// nothing shifts, and ``statusCounts`` add up to ``count``.
///
/// ```swift
/// var posts = try PostCollection(csv: "posts.csv", imageColumn: "image", textColumns: ["title", "text"], idColumn: "id")
/// for row in posts.rowsWithImages {
///     do { try use(posts.imagePaths[row]) } catch { posts.mark(row: row, .decodeError, "\(error)") }
/// }
/// print(posts.statusCounts[.ok, default: 0], "of", posts.count)
/// ```
public struct PostCollection: Sendable, Hashable {
    /// What each row is called; all different.
    public let ids: [String]
    /// The path of each row's picture, where the row names one – also when it cannot be used: see ``imagePresence``.
    public let imagePaths: [String?]
    /// Each row's text, where it has one that is not blank.
    public private(set) var texts: [String?]
    /// Each row's true group, where the data tells it.
    public let truth: [String?]
    /// The columns of the input that are none of the above.
    public let extras: Table
    /// The rows in the order of the bytes of their ids. Computation that goes through the rows in this order gives the
    /// same result for every order of the input.
    public let canonicalOrder: [Int]
    /// Whether rows are meant to have a picture.
    public let hasImages: Bool
    /// Whether rows are meant to have a text.
    public let hasTexts: Bool
    /// Where the rows came from: the path of a file or directory.
    public let source: String
    /// Directories below a directory of pictures that were left out, and why.
    public let skipped: [SkippedPath]

    private var imageFaults: [RowStatus?]
    private var textFaults: [RowStatus?]
    private let remarks: [String]

    /// A directory that was not searched for pictures.
    public struct SkippedPath: Sendable, Hashable {
        /// The path of the directory. Where its name is not UTF-8, bytes beyond ASCII are written as `%FF`.
        public let path: String
        /// Why it was not searched, in words.
        public let reason: String
    }

    /// What the ways to make a collection know of one row.
    struct Draft {
        var id: String
        var imagePath: String?
        var imageFault: RowStatus?
        var text: String?
        var textFault: RowStatus?
        var truth: String?
        var remark = ""
    }

    /// - Throws: ``KindredError/duplicateID(path:id:firstRow:secondRow:)``.
    init(
        _ rows: [Draft], extras: Table, hasImages: Bool, hasTexts: Bool, source: String, skipped: [SkippedPath] = []
    ) throws(KindredError) {
        ids = rows.map(\.id)
        canonicalOrder = CanonicalOrder.rows(by: ids)
        if let (first, second) = CanonicalOrder.firstDuplicate(ids, order: canonicalOrder) {
            throw .duplicateID(path: source, id: ids[first], firstRow: first + 1, secondRow: second + 1)
        }
        imagePaths = rows.map(\.imagePath)
        texts = rows.map(\.text)
        truth = rows.map(\.truth)
        imageFaults = rows.map(\.imageFault)
        textFaults = rows.map(\.textFault)
        remarks = rows.map(\.remark)
        self.extras = extras
        self.hasImages = hasImages
        self.hasTexts = hasTexts
        self.source = source
        self.skipped = skipped
    }

    /// The number of rows.
    public var count: Int { ids.count }

    /// Whether there are no rows.
    public var isEmpty: Bool { ids.isEmpty }

    /// Row `row`, counted from 0.
    public subscript(row: Int) -> Post {
        Post(id: ids[row], imagePath: imagePaths[row], text: texts[row], truth: truth[row], status: status(of: row))
    }

    /// Whether row `row` has what it should have. When both its picture and its text are at fault, the reason names
    /// both.
    public func status(of row: Int) -> RowStatus {
        switch (imageFaults[row], textFaults[row]) {
        case (nil, nil): return RowStatus(.ok, remarks[row])
        case (let fault?, nil), (nil, let fault?): return fault
        case (let image?, let text?):
            return RowStatus(
                image.kind == .missingImage ? .missingBoth : image.kind,
                [image.reason, text.reason].filter { !$0.isEmpty }.joined(separator: "; "))
        }
    }

    /// The status of each row.
    ///
    /// - Complexity: O(n).
    public var statuses: [RowStatus] { (0..<count).map(status(of:)) }

    /// How many rows have each kind of status. The counts add up to ``count``.
    ///
    /// - Complexity: O(n).
    public var statusCounts: [RowStatus.Kind: Int] {
        (0..<count).reduce(into: [:]) { $0[status(of: $1).kind, default: 0] += 1 }
    }

    /// Records what was found to be wrong with row `row` later, as when its picture is decoded.
    ///
    /// A fault of the picture takes the row out of ``imagePresence``, ``RowStatus/Kind/missingText`` its text out of
    /// ``texts``; one does not undo the other.
    ///
    /// - Precondition: `kind` is not ``RowStatus/Kind/ok``.
    /// - Complexity: O(1).
    public mutating func mark(row: Int, _ kind: RowStatus.Kind, _ reason: String) {
        precondition(kind != .ok, "a row is marked for what is wrong with it")
        if kind == .missingText || kind == .missingBoth {
            textFaults[row] = RowStatus(.missingText, reason)
            texts[row] = nil
        }
        if kind == .missingBoth {
            imageFaults[row] = RowStatus(.missingImage, "")
        } else if kind != .missingText {
            imageFaults[row] = RowStatus(kind, reason)
        }
    }
}

extension PostCollection {
    /// Whether each row has a picture that is not known to be at fault. `[n]`
    ///
    /// - Complexity: O(n).
    public var imagePresence: [Bool] { (0..<count).map { imagePaths[$0] != nil && imageFaults[$0] == nil } }

    /// Whether each row has a text. `[n]`
    ///
    /// - Complexity: O(n).
    public var textPresence: [Bool] { texts.map { $0 != nil } }

    /// The rows that have a picture which is not known to be at fault, ascending.
    public var rowsWithImages: [Int] { Self.rows(imagePresence) }

    /// The rows that have a text, ascending.
    public var rowsWithTexts: [Int] { Self.rows(textPresence) }

    /// The rows that have a picture or a text or both: those that can be grouped. Ascending.
    public var usableRows: [Int] { Self.rows(zip(imagePresence, textPresence).map { $0 || $1 }) }

    private static func rows(_ presence: [Bool]) -> [Int] { presence.indices.filter { presence[$0] } }

    /// The given rows, in the given order, as a collection of their own; none may occur twice.
    ///
    /// - Complexity: O(rows.count · log rows.count).
    public func selecting(_ rows: [Int]) throws(KindredError) -> PostCollection {
        let drafts = rows.map { row in
            Draft(
                id: ids[row], imagePath: imagePaths[row], imageFault: imageFaults[row], text: texts[row],
                textFault: textFaults[row], truth: truth[row], remark: remarks[row])
        }
        let selected = try Table(
            columns: extras.columns, rows: rows.map { extras.rows[$0] },
            lines: extras.lines.isEmpty ? [] : rows.map { extras.lines[$0] }, source: extras.source)
        return try PostCollection(
            drafts, extras: selected, hasImages: hasImages, hasTexts: hasTexts, source: source, skipped: skipped)
    }

    /// Values that belong to the rows in ``canonicalOrder``, put in the order of the rows.
    ///
    /// - Precondition: `values.count == count`.
    /// - Complexity: O(n).
    public func inRowOrder<Value>(_ values: [Value]) -> [Value] {
        precondition(values.count == count, "\(values.count) values for \(count) rows")
        var places = [Int](repeating: 0, count: count)
        for (place, row) in canonicalOrder.enumerated() { places[row] = place }
        return places.map { values[$0] }
    }

    /// Values that belong to the rows, put in ``canonicalOrder``.
    ///
    /// - Precondition: `values.count == count`.
    /// - Complexity: O(n).
    public func inCanonicalOrder<Value>(_ values: [Value]) -> [Value] {
        precondition(values.count == count, "\(values.count) values for \(count) rows")
        return canonicalOrder.map { values[$0] }
    }
}
