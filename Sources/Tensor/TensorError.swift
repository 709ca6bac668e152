/// What can go wrong with numbers: their files, their shapes, and the library that multiplies them.
@nonexhaustive
public enum TensorError: Error, Sendable, Equatable {
    /// A file cannot be read or written. `reason` is the operating system's.
    case file(path: String, reason: String)
    /// A file is not what its name says. `reason` says what is wrong, and where.
    case format(path: String, reason: String)
    /// An element is NaN or infinite.
    case notFinite(source: String, row: Int, column: Int)
    /// Two shapes that must agree do not.
    case shape(String)
    /// The BLAS library is missing or unusable. `reason` says how to install it.
    case libraryMissing(reason: String)
    /// A LAPACK routine reported failure.
    case linearAlgebra(routine: String, info: Int)
    /// A parameter is outside its valid range.
    case parameter(name: String, value: String, valid: String)
    /// The progress handler or the task asked to stop.
    case cancelled
}

extension TensorError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .format(let path, let reason): "\(path): \(reason)"
        case .notFinite(let source, let row, let column):
            "\(source): the value in row \(row), column \(column) is not finite; remove or replace such rows first"
        case .shape(let message): message
        case .libraryMissing(let reason): reason
        case .linearAlgebra(let routine, let info): "LAPACK's \(routine) failed with info = \(info)"
        case .parameter(let name, let value, let valid): "\(name) is \(value); it must be \(valid)"
        case .cancelled: "cancelled"
        }
    }
}
