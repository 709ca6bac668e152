import Encoders
import Tensor
import Testing
import _TestSupport

@Suite struct ZeroShotTests {
    private func expected(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(goldens().appendingPathComponent("reasons/\(name).safetensors").path)
    }

    @Test(
        "logits and probabilities are those of transformers",
        arguments: ["clip", "clip-gelu", "chinese-clip", "siglip"])
    func logits(name: String) throws {
        let model = try ModelFixture(name)
        var sequences = TokenSequences()
        for text in try model.texts() { sequences.append(text) }
        let texts = try clipTextTower(directory: model.directory).encode(sequences, normalizes: false)
        let classifier = ZeroShotClassifier(
            names: (0..<texts.rows).map { "\($0)" }, vectors: texts,
            scoring: try clipScoring(directory: model.directory))
        let pictures = try CLIPImageEncoder(directory: model.directory).encode(ModelFixture.pictures())
        let expected = try expected("\(name)-logits")
        expectAlike(
            classifier.logits(of: pictures), Matrix(try expected.array(named: "logits")), 1e-4, "logits")
        let probabilities = classifier.probabilities(of: pictures)
        expectAlike(probabilities, Matrix(try expected.array(named: "probabilities")), 1e-4, "probabilities")
        let sums = (0..<probabilities.rows).map { probabilities.row($0).reduce(0, +) }
        #expect(sums.allSatisfy { (abs($0 - 1) < 1e-5) == (name != "siglip") })
    }

    static let names = ["red fox", "bicycle", "night sky", "tomatoes", "émigré's letters", "snow"]
    static let templates = ["a photo of a {}.", "the old {} near the river", "{}, {}!"]

    @Test("templates are put together as transformers' vectors are")
    func templates() throws {
        let directory = try ModelFixture("clip-text").directory
        let expected = try expected("clip-text-labels")
        let model = try CLIPModel(directory: directory, normalizes: false)
        let pictures = Matrix(try expected.array(named: "pictures"))
        for classifier in [
            try ZeroShotClassifier(Self.names, templates: Self.templates, model: model),
            try ZeroShotClassifier(Self.names, templates: Self.templates, directory: directory),
        ] {
            expectAlike(classifier.vectors, Matrix(try expected.array(named: "names")), 1e-4, "names")
            expectAlike(
                classifier.logits(of: pictures), Matrix(try expected.array(named: "logits")), 1e-4, "logits")
            let wanted = Matrix(try expected.array(named: "probabilities"))
            expectAlike(classifier.probabilities(of: pictures), wanted, 1e-4, "probabilities")
            let best = try classifier.names(of: pictures, count: 2)
            for (row, names) in best.enumerated() {
                let order = wanted.row(row).indices.sorted { wanted[row, $0] > wanted[row, $1] }
                #expect(names.map(\.index) == Array(order.prefix(2)))
                #expect(abs(names[0].probability - Double(wanted[row, order[0]])) < 1e-4)
                #expect(
                    abs(
                        names[0].similarity * model.logitScale
                            - Double(try expected.array(named: "logits")[row, order[0]])) < 1e-3)
            }
        }
    }

    /// Three names along axes, and one that lies between all.
    private let axes = ZeroShotClassifier(
        names: ["x", "y", "z", "thing"], vectors: Matrix([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]),
        scoring: .init(scale: 20))

    @Test("clusters get the names that tell them apart, and are told what fits, too")
    func clusters() throws {
        // Groups near (1, 1, 0)/√2 and (0, 1, 1)/√2: y fits both, thing fits both.
        var random = RandomSource(seed: 2, stage: "groups")
        var rows: [[Float]] = []
        var labels: [Int32] = []
        for row in 0..<10_000 {
            let center: [Float] = row % 2 == 0 ? [1, 1, 0] : [0, 1, 1]
            rows.append(center.map { 3 * ($0 + Float(random.uniform(in: -0.05..<0.05))) })
            labels.append(row % 10 == 9 ? -1 : Int32(row % 2))
        }
        let pictures = Matrix(rows)
        let names = try axes.names(ofClusters: labels, vectors: pictures, count: 4)
        #expect(names.map { $0[0].index } == [0, 2])
        #expect(names.map(\.count) == [4, 4])
        let plain = try axes.names(ofClusters: labels, vectors: pictures, count: 1, ranking: .similarity)
        #expect(plain.map { $0.map(\.index) } == [[3], [3]])
        // By the definitions, one after another.
        let unit = pictures.normalizedRows()
        let probabilities = axes.probabilities(of: pictures)
        func mean(_ cluster: Int, _ value: (Int) -> Double) -> Double {
            let members = labels.indices.filter { labels[$0] == cluster }
            return members.reduce(0) { $0 + value($1) } / Double(members.count)
        }
        func similarity(_ row: Int, _ name: Int) -> Double {
            zip(unit.row(row), axes.vectors.row(name)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        for cluster in 0..<2 {
            for name in names[cluster] {
                let own = mean(cluster) { similarity($0, name.index) }
                let other = mean(1 - cluster) { similarity($0, name.index) }
                #expect(abs(name.similarity - own) < 1e-5 && abs(name.contrast - (own - other)) < 1e-5)
                #expect(abs(name.probability - mean(cluster) { Double(probabilities[$0, name.index]) }) < 1e-5)
                let share = mean(cluster) { row in
                    (0..<4).allSatisfy { similarity(row, $0) <= similarity(row, name.index) } ? 1 : 0
                }
                #expect(abs(name.share - share) < 1e-3)
            }
        }
        // In any order, on any number of threads.
        for again in try withThreadCounts({ try axes.names(ofClusters: labels, vectors: pictures, count: 4) }) {
            #expect(again == names)
        }
    }

    @Test("one cluster has no contrast; empty ones have no names; noise has no part")
    func corners() throws {
        let pictures = Matrix([[1, 0, 0], [0.9, 0.1, 0], [0, 0, 5]])
        let one = try axes.names(ofClusters: [0, 0, -1], vectors: pictures)
        #expect(one.count == 1 && one[0].map(\.index) == [0, 3, 1] && one[0].allSatisfy { $0.contrast == 0 })
        let gap = try axes.names(ofClusters: [2, 0, 2], vectors: pictures, count: 1)
        #expect(gap.map(\.count) == [1, 0, 1])
        #expect(try axes.names(ofClusters: [-1, -1, -1], vectors: pictures).isEmpty)
        #expect(try axes.names(ofClusters: [], vectors: Matrix(rows: 0, columns: 3)).isEmpty)
        #expect(try axes.names(of: pictures, count: 9).map(\.count) == [4, 4, 4])
        // A picture without content is like nothing.
        let nothing = axes.probabilities(of: Matrix([[0, 0, 0]])).elements
        #expect(nothing.allSatisfy { abs($0 - 0.25) < 1e-6 })
        #expect(throws: EncoderError.cancelled) {
            try axes.names(ofClusters: [0, 0, 0], vectors: pictures, progress: ProgressHandler { _ in false })
        }
    }

    @Test(
        "lists of names and templates that cannot be are errors",
        arguments: [
            ([], ["{}"], "names"), (["a", ""], ["{}"], "names"), (["a", "b", "a"], ["{}"], "'a' twice"),
            (["a"], [], "templates"), (["a"], ["a {}", "photo"], "'photo'"),
        ] as [([String], [String], String)])
    func failures(names: [String], templates: [String], part: String) throws {
        let directory = try ModelFixture("clip-text").directory
        let error = #expect(throws: EncoderError.self) {
            try ZeroShotClassifier(names, templates: templates, directory: directory)
        }
        #expect("\(try #require(error))".contains(part))
    }
}
