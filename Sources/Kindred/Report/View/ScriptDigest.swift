import Foundation
import Tensor

/// What the Content-Security-Policy calls the page's one script, so that no other script runs in it, not even one that
/// some defect let through.
package enum ScriptDigest {
    /// The digest of a text as a source expression: `sha256-…`.
    package static func source(_ text: String) -> String {
        var digest = SHA256()
        digest.update(Array(text.utf8))
        return "sha256-" + Data(digest.bytes).base64EncodedString()
    }
}
