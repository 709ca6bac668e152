import Mustache

/// Escapes text for HTML, scalar by scalar.
///
/// Mustache's own escaping compares whole characters, so a quotation mark followed by a combining accent passes it
/// unescaped and would end an attribute. Every template of the report names this content type instead.
package struct HTMLEscaping: MustacheContentType {
    package static let name = "KINDRED_HTML"

    /// Makes the content type known to Mustache, once.
    package static let registration: Void = MustacheContentTypes.register(HTMLEscaping(), named: name)

    package init() {}

    package func escapeText(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): result += Array("&lt;".utf8)
            case UInt8(ascii: ">"): result += Array("&gt;".utf8)
            case UInt8(ascii: "&"): result += Array("&amp;".utf8)
            case UInt8(ascii: "\""): result += Array("&quot;".utf8)
            case UInt8(ascii: "'"): result += Array("&#39;".utf8)
            case UInt8(ascii: "`"): result += Array("&#96;".utf8)
            case 0: result += Array("\u{FFFD}".utf8)
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
