import Language
import Tensor

/// Runs `count`, and says in this module's words what goes wrong.
func counting<T>(_ count: () throws(LanguageError) -> T) throws(EncoderError) -> T {
    do throws(LanguageError) {
        return try count()
    } catch {
        switch error {
        case .parameter(let name, let value, let valid): throw .parameter(name: name, value: value, valid: valid)
        case .file(let path, let reason): throw .tensor(.file(path: path, reason: reason))
        case .format(let path, let reason): throw .tensor(.format(path: path, reason: reason))
        case .emptyVocabulary: throw .emptyVocabulary(reason: "\(error)")
        case .cancelled: throw .cancelled
        }
    }
}

/// Runs `decompose`, and says in this module's words what goes wrong.
func decomposing<T>(_ decompose: () throws(TensorError) -> T) throws(EncoderError) -> T {
    do throws(TensorError) {
        return try decompose()
    } catch .cancelled {
        throw .cancelled
    } catch {
        throw .tensor(error)
    }
}
