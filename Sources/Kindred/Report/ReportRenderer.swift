import Mustache

/// Turns a ``Report`` into one HTML page that needs nothing else: no network, no other file, no server.
///
/// Equal reports give equal bytes. All text of the report is escaped, and the page's Content-Security-Policy forbids
/// every load from elsewhere and every script but its own.
public struct ReportRenderer: Sendable {
    /// How many pictures the page holds at most; 0 or more. Beyond it,
    /// ``Report/representativeRows(maximum:ids:clusters:isCandidate:)`` decides who keeps one. A picture of 96 pixels
    /// takes about 4 kB of the page.
    public var maximumThumbnails: Int
    /// How many rows the map and the table show at most; 1 or more. Counts and shares always speak of all rows.
    public var maximumRows: Int

    /// A renderer; the defaults keep a page below about 15 MB.
    public init(maximumThumbnails: Int = 2_000, maximumRows: Int = 50_000) {
        self.maximumThumbnails = maximumThumbnails
        self.maximumRows = maximumRows
    }

    /// The page, as the contents of an `.html` file in UTF-8.
    ///
    /// - Throws: ``ReportError/index(what:place:value:count:)`` when the report points at a row, cluster or picture
    ///   that it does not have.
    /// - Complexity: O(rows · log rows + bytes of pictures).
    public func render(_ report: Report) throws(ReportError) -> String {
        try report.validate()
        let contents = ReportContents(
            report, maximumRows: max(1, maximumRows), maximumThumbnails: max(0, maximumThumbnails))
        let library = try Self.templates()
        guard let page = library.render(PageView(contents), withTemplate: "page") else {
            throw .template(name: "page", message: "not found")
        }
        return page
    }

    private static func templates() throws(ReportError) -> MustacheLibrary {
        HTMLEscaping.registration
        var library = MustacheLibrary()
        for (name, text) in ReportTemplates.all {
            do {
                try library.register("{{% CONTENT_TYPE: \(HTMLEscaping.name)}}" + text, named: name)
            } catch {
                throw .template(name: name, message: String(describing: error))
            }
        }
        return library
    }
}
