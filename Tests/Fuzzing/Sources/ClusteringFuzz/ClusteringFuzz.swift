import FuzzDriver

@testable import Clustering
@testable import Tensor

// SwiftPM calls the entry point of a program by its module's name.
@_cdecl("ClusteringFuzz_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    Parallelism.threadCount = 1
    return runFuzzer(["model": fuzzModel], count, arguments)
}

/// A model that is loaded must answer, whatever is in it.
@Sendable private func fuzzModel(_ bytes: UnsafeRawBufferPointer) {
    guard let file = try? SafetensorsFile(FileBytes(Array(bytes), path: "fuzz")),
        let reader = try? ModelReader(file), let model = try? StoredModels.model(in: reader)
    else { return }
    if let model = model as? any ClusteringModel {
        check(model.labels.clusterCount <= model.labels.count, "more clusters than rows")
    }
    if let model = model as? any HierarchicalModel { _ = try? model.dendrogram.labels(clusterCount: 2) }
    switch model {
    case let model as KMeans.Model: predict(model, model.centroids.columns)
    case let model as BisectingKMeans.Model:
        predict(model, model.centroids.columns)
        _ = try? model.labels(clusterCount: 2)
    case let model as HDBSCAN.Model:
        predict(model, model.rows.original.columns)
        _ = (model.outlierScores, model.persistence)
    case let model as OPTICS.Model:
        _ = try? model.labels(xi: 0.1)
        _ = try? model.labels(eps: 0.5)
    case let model as StreamModel: _ = try? model.predict(probe(model.centroids.columns))
    case let stream as StreamKMPlusPlus.Stream: goOn(stream)
    case let stream as OnlineKMeans.Stream: goOn(stream)
    default: break
    }
    _ = try? HotClusterMonitor<StreamKMPlusPlus.Stream>(from: reader)
}

private func probe(_ columns: Int) -> Matrix {
    Matrix(rows: 3, columns: columns, values: (0..<3 * columns).map { Float($0 % 7) - 3 })
}

private func predict(_ model: some PredictiveModel, _ columns: Int) {
    guard let labels = try? model.predict(probe(columns)) else { return }
    check(labels.count == 3 && labels.clusterCount <= max(1, model.labels.clusterCount), "labels that do not exist")
}

private func goOn(_ stream: some StreamingClusterer) {
    var stream = stream
    // Parameters may ask for work without end: it can be stopped.
    nonisolated(unsafe) var calls = 0
    let progress = ProgressHandler { _ in
        calls += 1
        return calls < 100
    }
    let columns = stream.dimension ?? 2
    guard columns < 1000 else { return }
    try? stream.insert(probe(columns), weights: nil, progress: progress)
    _ = try? stream.finish(progress: progress)
}
