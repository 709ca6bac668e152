extension KindredError {
    init(_ error: EncoderError) { self = error == .cancelled ? .cancelled : .encoding(error) }
    init(_ error: FusionError) { self = error == .cancelled ? .cancelled : .fusion(error) }
    init(_ error: ClusteringError) { self = error == .cancelled ? .cancelled : .clustering(error) }
    init(_ error: AnalysisError) { self = error == .cancelled ? .cancelled : .analysis(error) }
}

/// Runs `body` and turns an error of any layer into this module's.
func translatingErrors<R>(_ body: () throws -> R) throws(KindredError) -> R {
    do {
        return try body()
    } catch let error as KindredError {
        throw error
    } catch let error as EncoderError {
        throw KindredError(error)
    } catch let error as FusionError {
        throw KindredError(error)
    } catch let error as ClusteringError {
        throw KindredError(error)
    } catch let error as AnalysisError {
        throw KindredError(error)
    } catch let error as TensorError {
        throw error == .cancelled ? .cancelled : .tensor(error)
    } catch let error as ReportError {
        throw .report(error)
    } catch {
        throw .internalError("\(error)")
    }
}
