/// What can go wrong with numbers: their files, their shapes, and the library that multiplies them.
@nonexhaustive
public enum TensorError: Error, Sendable, Equatable {
    /// A file cannot be read or written. `reason` is the operating system's.
    case file(path: String, reason: String)
    /// A file is not what its name says. `reason` says what is wrong, and where.
    case format(path: String, reason: String)
    /// An element of `source` is NaN or infinite; row and column count from 0.
    case notFinite(source: String, row: Int, column: Int)
    /// Shapes that must agree do not, or a shape is not of the kind that is needed. The text says which.
    case shape(String)
    /// The BLAS library is missing or unusable. `reason` says how to install it.
    case libraryMissing(reason: String)
    /// A LAPACK routine reported failure: the matrix is singular, or not positive definite, or an iteration did not
    /// converge. ``description`` says which.
    case linearAlgebra(routine: String, info: Int)
    /// A parameter is outside its valid range.
    case parameter(name: String, value: String, valid: String)
    /// The progress handler or the task asked to stop.
    case cancelled
}

extension TensorError: CustomStringConvertible {
    /// What is wrong, where, and what would be valid, in a sentence.
    public var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .format(let path, let reason): "\(path): \(reason)"
        case .notFinite(let source, let row, let column):
            "\(source): the value in row \(row), column \(column) is not finite; remove or replace such rows first"
        case .shape(let message): message
        case .libraryMissing(let reason): reason
        case .linearAlgebra(let routine, let info): Self.meaning(of: info, from: routine)
        case .parameter(let name, let value, let valid): "\(name) is \(value); it must be \(valid)"
        case .cancelled: "cancelled"
        }
    }

    /// What LAPACK's code says, in words.
    private static func meaning(of info: Int, from routine: String) -> String {
        let source = "LAPACK's \(routine) failed with info = \(info)"
        guard info > 0 else {
            return "\(source): argument \(-info) is invalid; this is a defect of Kindred, please report it"
        }
        return switch routine {
        case "sgetrf":
            "\(source): the matrix is singular, pivot \(info) is 0; use leastSquares or pseudoInverse instead"
        case "strtrs":
            "\(source): the triangle is singular, its diagonal is 0 in row \(info - 1); "
                + "use leastSquares or pseudoInverse instead"
        case "spotrf":
            "\(source): the matrix is not positive definite, its leading \(info) rows and columns show it; "
                + "add a small number to the diagonal, or use solve"
        default:
            "\(source): the iteration did not converge; scale the data, or remove rows of extreme magnitude"
        }
    }
}
