/// A name from a file in quotes, for messages: cut where it is very long, and with line ends and the terminal's control
/// characters written as escapes.
package func quoted(_ name: String) -> String {
    let scalars = name.unicodeScalars
    let shown = scalars.prefix(100).map { scalar -> String in
        scalar == "'" || scalar == "\"" || !isControl(scalar) ? String(scalar) : scalar.escaped(asASCII: true)
    }
    return "'\(shown.joined())\(scalars.count > 100 ? "…" : "")'"
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
}
