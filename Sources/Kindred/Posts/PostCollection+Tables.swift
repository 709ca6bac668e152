import Tensor

extension PostCollection {
    /// The posts in the CSV file at `path`.
    ///
    /// Pictures are looked for but not opened. Their paths are relative to `imageRoot`; absolute ones and ones with
    /// `..` are followed wherever they lead, so that a table from a stranger can name any file that this process may
    /// read.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - imageColumn: the column of paths of pictures; `nil` when the posts have none.
    ///   - textColumns: the columns whose texts, joined by line breaks, are the posts' texts; blank ones are left out.
    ///   - idColumn: the column of ids, which must differ; `nil` to number the rows "0", "1", "2", ….
    ///   - truthColumn: the column of true groups, for evaluation.
    ///   - imageRoot: the directory in which relative paths start; by default that of the file.
    ///   - delimiter: what separates fields.
    /// - Throws: ``KindredError``, naming file, line and column. A missing picture or text is no error but a status.
    /// - Complexity: O(bytes + n log n), and one look into the file system per picture.
    public init(
        csv path: String, imageColumn: String? = nil, textColumns: [String] = [], idColumn: String? = nil,
        truthColumn: String? = nil, imageRoot: String? = nil, delimiter: TableDelimiter = .comma
    ) throws(KindredError) {
        try self.init(
            table: Table(csv: path, delimiter: delimiter), imageColumn: imageColumn, textColumns: textColumns,
            idColumn: idColumn, truthColumn: truthColumn, imageRoot: imageRoot ?? PictureFile.directory(of: path))
    }

    /// The posts in the JSONL file at `path`, one object per line; keys are the columns.
    ///
    /// Otherwise as ``init(csv:imageColumn:textColumns:idColumn:truthColumn:imageRoot:delimiter:)``.
    public init(
        jsonl path: String, imageColumn: String? = nil, textColumns: [String] = [], idColumn: String? = nil,
        truthColumn: String? = nil, imageRoot: String? = nil
    ) throws(KindredError) {
        try self.init(
            table: Table(jsonl: path), imageColumn: imageColumn, textColumns: textColumns, idColumn: idColumn,
            truthColumn: truthColumn, imageRoot: imageRoot ?? PictureFile.directory(of: path))
    }

    /// The posts in a table; relative paths of pictures start in `imageRoot`, by default the current directory.
    ///
    /// Otherwise as ``init(csv:imageColumn:textColumns:idColumn:truthColumn:imageRoot:delimiter:)``.
    public init(
        table: Table, imageColumn: String? = nil, textColumns: [String] = [], idColumn: String? = nil,
        truthColumn: String? = nil, imageRoot: String = ""
    ) throws(KindredError) {
        guard imageColumn != nil || !textColumns.isEmpty else {
            throw .parameter(name: "columns", value: "none", valid: "an image column, a text column or both")
        }
        // A JSONL file without lines has no keys either; it is an empty collection as a CSV file with only a header is.
        let hasNoColumns = table.columns.isEmpty && table.rows.isEmpty
        func index(_ name: String?) throws(KindredError) -> Int? {
            guard let name, !hasNoColumns else { return nil }
            return try table.index(of: name)
        }
        let image = try index(imageColumn)
        let id = try index(idColumn)
        let truth = try index(truthColumn)
        var texts: [Int] = []
        for name in textColumns { if let index = try index(name) { texts.append(index) } }

        var drafts: [Draft] = []
        drafts.reserveCapacity(table.rows.count)
        for (row, fields) in table.rows.enumerated() {
            var draft = Draft(id: id.map { fields[$0] } ?? String(row))
            if draft.id.isBlank {
                throw .format(
                    path: table.source, line: table.line(ofRow: row),
                    reason: "row \(row + 1) has no id in the column \"\(idColumn ?? "")\"")
            }
            if let image {
                draft.setImage(fields[image], column: imageColumn ?? "", root: imageRoot)
            }
            if !texts.isEmpty {
                let parts = texts.lazy.map { fields[$0] }.filter { !$0.isBlank }
                draft.text = parts.isEmpty ? nil : parts.joined(separator: "\n")
                if draft.text == nil { draft.textFault = RowStatus(.missingText, "the row has no text") }
            }
            draft.truth = truth.map { fields[$0] }.flatMap { $0.isBlank ? nil : $0 }
            drafts.append(draft)
        }
        let used = Set([image, id, truth].compactMap { $0 } + texts)
        let others = table.columns.indices.filter { !used.contains($0) }
        let extras = try Table(
            columns: others.map { table.columns[$0] }, rows: table.rows.map { fields in others.map { fields[$0] } },
            lines: table.lines, source: table.source)
        try self.init(
            drafts, extras: extras, hasImages: imageColumn != nil, hasTexts: !textColumns.isEmpty, source: table.source)
    }

    /// The texts in the plain file at `path`, one per line, numbered "0", "1", "2", …. A blank line is a row without
    /// text.
    ///
    /// - Throws: ``KindredError``, naming the line, for text that is not UTF-8.
    /// - Complexity: O(bytes + n log n).
    public init(lines path: String) throws(KindredError) {
        let map = try kindredErrors(path) { () throws(TensorError) in try MemoryMap(path) }
        defer { withExtendedLifetime(map) {} }
        var drafts: [Draft] = []
        var reader = TextLines(map.bytes)
        while let line = reader.next() {
            guard let text = String(validating: line, as: UTF8.self) else {
                throw .format(
                    path: path, line: reader.number, reason: "the text is not valid UTF-8; save the file as UTF-8")
            }
            var draft = Draft(id: String(drafts.count))
            draft.text = text.isBlank ? nil : text
            if draft.text == nil { draft.textFault = RowStatus(.missingText, "the line is blank") }
            drafts.append(draft)
        }
        let extras = try Table(columns: [], rows: drafts.map { _ in [] }, source: path)
        try self.init(drafts, extras: extras, hasImages: false, hasTexts: true, source: path)
    }
}

extension PostCollection.Draft {
    /// Sets path and fault of the picture from what stands in the table.
    mutating func setImage(_ field: String, column: String, root: String) {
        if field.isBlank {
            imageFault = RowStatus(.missingImage, "the column \"\(column)\" is empty")
        } else if field.hasPrefix("http://") || field.hasPrefix("https://") {
            imagePath = field
            imageFault = RowStatus(.missingImage, "\(field): it is a web address; download the pictures first")
        } else {
            let path = PictureFile.resolve(field, root: root)
            imagePath = path
            imageFault = PictureFile.fault(path)
        }
    }
}

extension String {
    /// Whether there is nothing in it but white space.
    var isBlank: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}
