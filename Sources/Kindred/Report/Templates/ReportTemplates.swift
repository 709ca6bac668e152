/// The page's templates, styles and scripts. They are Swift literals and not resources, so that a program is one file.
package enum ReportTemplates {
    /// The Mustache templates by name.
    static let all: [(name: String, text: String)] = [
        ("page", page), ("overview", overview), ("map", map), ("clusters", clusters), ("item", item), ("rows", rows),
        ("about", about),
    ]

    package static let style = styleBase + styleOverview + styleMap + styleClusters + styleRows

    package static let script =
        "(() => {\n'use strict';\n" + scriptCore + scriptMapView + scriptMapDrawing + scriptMapInput + scriptCards
        + scriptRows + "})();\n"
}
