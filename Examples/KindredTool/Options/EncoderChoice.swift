import Foundation

/// The value of `--encoder`: the name of an encoder that is built in.
enum EncoderChoice {
    /// Throws unless `name` is `builtIn`.
    static func check(_ name: String, builtIn: String) throws {
        if name == builtIn { return }
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: name, isDirectory: &isDirectory), isDirectory.boolValue {
            throw ToolError.usage(
                "--encoder \(name): encoders with weights from a directory are not there yet; use --encoder \(builtIn)")
        }
        throw ToolError.usage("--encoder is \(name); it must be \(builtIn)")
    }
}
