/// What can go wrong between a picture's file and its pixels.
///
/// `name` is the path of the file, or what the caller called the bytes.
@nonexhaustive
public enum ImagingError: Error, Sendable, Equatable {
    /// The file cannot be opened or read: it is missing, unreadable, or at the end of a loop of links. `reason` is the
    /// operating system's.
    case unreadable(name: String, reason: String)
    /// The path leads to something other than a regular file. `kind` says what it is: a directory, a pipe, …
    case notAFile(name: String, kind: String)
    /// There are no bytes.
    case empty(name: String)
    /// The file has more bytes than ``ImageLimits/fileBytes``.
    case fileTooLarge(name: String, bytes: Int, limit: Int)
    /// The bytes are no picture in a format that is read, or a variant of one that is not.
    case unsupportedFormat(name: String, reason: String)
    /// The file ends before the picture does.
    case truncated(name: String)
    /// The bytes break the rules of their format. `reason` is the decoder's.
    case corrupt(name: String, reason: String)
    /// The picture has more pixels than ``ImageLimits/pixels``; none were decoded.
    case tooLarge(name: String, width: Int, height: Int, limit: Int)
    /// The picture passes another limit. `reason` says which.
    case limit(name: String, reason: String)
    /// The system has no memory left for the picture.
    case outOfMemory(name: String)
    /// The pixels cannot be encoded.
    case encoding(reason: String)
}

extension ImagingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let name, let reason): "\(name): \(reason)"
        case .notAFile(let name, let kind): "\(name) is \(kind); a picture must be a regular file"
        case .empty(let name): "\(name) is empty"
        case .fileTooLarge(let name, let bytes, let limit):
            "\(name) has \(bytes) bytes, more than the limit of \(limit); raise ImageLimits.fileBytes to read it"
        case .unsupportedFormat(let name, let reason):
            "\(name): \(reason); pictures may be PNG, JPEG, WebP, GIF or BMP"
        case .truncated(let name): "\(name) is truncated: the file ends before the picture does"
        case .corrupt(let name, let reason): "\(name) is damaged\(reason.isEmpty ? "" : ": \(reason)")"
        case .tooLarge(let name, let width, let height, let limit):
            "\(name) is \(width) × \(height) pixels, more than the limit of \(limit); raise ImageLimits.pixels to read it"
        case .limit(let name, let reason): "\(name) passes a limit: \(reason)"
        case .outOfMemory(let name): "\(name): there is not enough memory to decode it"
        case .encoding(let reason): "the picture cannot be encoded: \(reason)"
        }
    }
}
