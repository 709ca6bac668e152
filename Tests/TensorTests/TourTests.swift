import Tensor
import Testing
import _TestSupport

/// The snippets of `Documentation/Tensor.md`, in its order: what is shown there compiles and does what it says.
@Suite struct TourTests {
    @Test("matrices and arrays")
    func arrays() {
        let points = Matrix([[0, 0], [3, 4], [6, 8]])
        #expect(points[1, 0] == 3)
        #expect(Array(points.row(2)) == [6, 8])
        #expect("\(points.rows(in: 1...))" == "Matrix[2 × 2](3.0, 4.0, 6.0, 8.0)")

        let batch = NDArray(shape: [2, 3, 4], values: (0..<24).map { Float($0) })
        #expect(batch[1, 2, 3] == 23)
        #expect(batch[1...].shape == [1, 3, 4])
        let tokens = Matrix(batch.reshaped(to: [6, 4]))
        #expect(tokens.rows == 6)
        var copy = batch
        copy[0, 0, 0] = 9
        #expect(batch[0, 0, 0] == 0)
    }

    @Test("arithmetic, axes and reductions")
    func arithmetic() {
        let x = NDArray(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
        #expect((x * 2 + NDArray([10, 20, 30])).elements == [12, 24, 36, 18, 30, 42])
        let centered = x - x.mean(axes: [0], keepingAxes: true)
        #expect(centered.sum().scalar == 0)
        #expect(x.variance(axes: [1], correction: 1).elements == [1, 1])
        #expect(x.indicesOfMaximum(axis: 1) == [2, 2])
        #expect(x.transposed().shape == [3, 2])
        let heads = NDArray(shape: [8, 50, 768]).reshaped(to: [8, 50, 12, 64]).permutingAxes([0, 2, 1, 3])
        #expect(heads.shape == [8, 12, 50, 64])
        #expect(NDArray(concatenating: [x, x], axis: 1).shape == [2, 6])
        #expect(NDArray(stacking: [x, x]).shape == [2, 2, 3])
        #expect(x.gathering([1, 1, 0]).shape == [3, 3])
        #expect(x.softmax().sum(axes: [1]).elements.allSatisfy { abs($0 - 1) < 1e-6 })
        #expect(x.applying(.gelu).layerNormalized().shape == [2, 3])
    }

    @Test("products")
    func products() {
        let (queries, items) = (
            randomMatrix(rows: 100, columns: 64, seed: 1), randomMatrix(rows: 500, columns: 64, seed: 2)
        )
        let similarities = queries.times(items, transposingOther: true)
        #expect(similarities.columns == 500)
        let (rows, scores) = queries.greatestProducts(with: items)
        #expect(similarities[7, Int(rows[7])] == scores[7])
        let a = NDArray(shape: [8, 12, 50, 64], repeating: 1)
        #expect(a.times(a, transposingOther: true).shape == [8, 12, 50, 50])
    }

    @Test("layers")
    func layers() {
        var random = RandomSource(seed: 1)
        let weights = Matrix(NDArray(shape: [256, 64], normalWithDeviation: 0.1, random: &random))
        let bias = NDArray(shape: [256])
        let tokens = randomMatrix(rows: 50, columns: 64, seed: 3)

        let layer = LinearLayer(weights: weights, bias: bias, activation: .gelu)
        let hidden = layer.apply(to: tokens)
        #expect(hidden.columns == 256)

        let small = LinearLayer(weights: weights, bias: bias, activation: .gelu, precision: .int8)
        #expect(small.precision == (LinearLayer.computesInt8 ? .int8 : .float32))
        #expect(small.apply(to: tokens).rows == 50)

        var output = Matrix(rows: 0, columns: 0)
        for _ in 0..<3 { layer.apply(to: tokens, into: &output) }
        #expect(output == hidden)
    }

    @Test("attention")
    func attention() {
        let (batch, tokens, width) = (2, 7, 96)
        let projected = NDArray(shape: [batch, tokens, 3 * width], repeating: 0.1)
        let heads = AttentionHeads(count: 12)
        #expect(projected.selfAttention(heads: heads).shape == [2, 7, 96])

        let present = (0..<batch * tokens).map { $0 != 13 }
        #expect(projected.selfAttention(heads: heads, mask: .kept(present)).shape == [2, 7, 96])
        let context = NDArray(shape: [batch, 5, width])
        let queries = NDArray(shape: [batch, tokens, width])
        #expect(queries.attending(to: context, values: context, heads: heads).shape == [2, 7, 96])
    }

    @Test("convolution")
    func convolution() throws {
        let pictures = NDArray(shape: [4, 56, 56, 16], repeating: 1)
        let weights = NDArray(shape: [32, 16, 3, 3], repeating: 0.01)
        let normalization = try BatchNormalization(
            mean: NDArray(shape: [32]), variance: NDArray(shape: [32], repeating: 1))
        let layer = try Convolution2D(weights: weights, padding: 1).folding(normalization, activation: .relu)
        let pooling = try Pooling2D(.maximum, window: 2)

        let memory = WorkspacePool()
        var (features, pooled) = (NDArray(shape: [0]), NDArray(shape: [0]))
        for _ in 0..<2 {
            try layer.apply(to: pictures, into: &features, memory: memory)
            try pooling.apply(to: features, into: &pooled)
        }
        #expect(pooled.shape == [4, 28, 28, 32])
        #expect(try pooled.globalMeanPooling().columns == 32)
    }

    @Test("linear algebra")
    func linearAlgebra() throws {
        let data = randomMatrix(rows: 300, columns: 20, seed: 4)
        let svd = try data.thinSVD()
        #expect(svd.singularValues.count == 20 && svd.rank() == 20)
        #expect(try data.randomizedSVD(count: 5, seed: 1).vTransposed.rows == 5)
        let covariance = try Covariance(data)
        #expect(try covariance.matrix.symmetricEigen(.largest(3)).eigenvalues.count == 3)
        let (solution, rank) = try { ($0.solution, $0.rank) }(data.leastSquares(Matrix(rows: 300, columns: 1)))
        #expect(solution.rows == 20 && rank == 20)
        let white = try Whitening(data, keeping: .count(8)).apply(data)
        #expect(white.columns == 8)
        #expect(throws: TensorError.self) { try Matrix([[1, 1], [1, 1]]).solve(.identity(2)) }
    }

    @Test("training")
    func training() throws {
        let x = Variable(parameter: NDArray([3, 4]))
        let loss = x.squares().sum()
        #expect(loss.gradients(for: [x])[0].elements == [6, 8])
    }

    @Test("files")
    func files() throws {
        try withTemporaryDirectory { folder in
            let vectors = randomMatrix(rows: 10, columns: 4, seed: 5)
            func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
            try vectors.write(npy: path("vectors.npy"))
            #expect(try Matrix(npy: path("vectors.npy")) == vectors)

            var archive = NPZWriter()
            archive.add(NDArray(vectors), named: "vectors")
            archive.add(Array(0..<10), named: "ids")
            try archive.write(to: path("features.npz"), compressed: true)
            #expect(try NPZFile(path("features.npz")).integers(named: "ids") == Array(0..<10))

            var model = SafetensorsWriter(metadata: ["format": "pt"])
            model.add(NDArray(vectors), named: "encoder.weight", as: .bfloat16)
            try model.write(to: path("model.safetensors"))
            let weights = try SafetensorsCollection(folder.path)
            #expect(try weights.array(named: "encoder.weight", shape: [10, 4]).count == 40)
            #expect(throws: TensorError.self) { try weights.array(named: "encoder.weight", shape: [4, 10]) }
        }
    }

    @Test("memory, threads and random numbers")
    func everywhere() throws {
        let first = LinearLayer(weights: Matrix(rows: 3072, columns: 768), activation: .gelu)
        let second = LinearLayer(weights: Matrix(rows: 768, columns: 3072))
        let estimate = first.memoryEstimate(rows: 1600) + second.memoryEstimate(rows: 1600)
        #expect("\(estimate): \(estimate.breakdown)" == "43 MB: features 25 MB, weights 19 MB")

        var random = RandomSource(seed: 7, stage: "example", item: 3)
        #expect((0..<10).contains(random.integer(below: 10)))
        #expect((-1..<1).contains(random.uniform(in: -1..<1)))
        let squares = parallelMap(4) { $0 * $0 }
        #expect(squares == [0, 1, 4, 9])
        let handler = ProgressHandler { update in update.completed < 100 }
        #expect(handler.advance("steps", 1, of: 200))
        #expect(Parallelism.threadCount >= 1 && SIMDLevel.allCases.contains(.current))
    }
}
