import Imaging
import Tensor

/// The first vectors of ViLT's tokens: words as in BERT, a class token for the picture, patches; each kind marked.
struct ViLTEmbedding: JointEmbedding {
    private let texts: BERTEmbeddings
    /// What is added to the tokens of texts. `[width]`
    private let textMark: NDArray
    /// What comes before the patches, with what marks pictures. `[1 × width]`
    private let classToken: NDArray
    /// With what marks pictures.
    private let patches: PatchProjection
    private let positions: PositionGrid
    /// Of a picture: many times as many as published models look at.
    private static let mostPatches = 1 << 14

    /// - Parameter prefix: of the names of weights.
    init(
        _ weights: ModelWeights, _ prefix: String, _ file: ModelConfiguration, _ processor: ViLTImageProcessor,
        width: Int, epsilon: Double
    ) throws(EncoderError) {
        let side = try file.integer("image_size", in: 1...1 << 14, default: 384)
        let patch = try file.integer("patch_size", in: 1...1 << 10, default: 32)
        guard try file.integer("num_channels", default: 3) == 3 else {
            throw file.failure("num_channels", "must be 3")
        }
        guard patch <= min(side, processor.divisor) else {
            throw file.failure(
                "patch_size",
                "is \(patch); it must be at most image_size, \(side), and the processor's size_divisor, \(processor.divisor)"
            )
        }
        // Attention takes time in proportion to the square.
        let most = processor.shortestSide / patch * (processor.longestSide / patch)
        guard most <= Self.mostPatches else {
            throw file.failure(
                "patch_size",
                "is \(patch), so that pictures of \(processor.longestSide) × \(processor.shortestSide) have \(most) patches; there may be \(Self.mostPatches)"
            )
        }
        texts = try BERTEmbeddings(
            weights, prefix + "text_embeddings.", file, width: width, epsilon: epsilon, isRoBERTa: false)
        let marks = try weights.array(
            prefix + "token_type_embeddings.weight",
            try file.integer("modality_type_vocab_size", in: 2...1 << 10, default: 2), width)
        let pictureMark = marks[1..<2].reshaped(to: [width])
        textMark = marks[0..<1].reshaped(to: [width])
        let projection = prefix + "patch_embeddings.projection"
        patches = PatchProjection(
            weights: try weights.array(projection + ".weight", width, 3, patch, patch),
            bias: try weights.array(projection + ".bias", width) + pictureMark, scaling: processor.scaling)
        let grid = side / patch
        let all = try weights.array(prefix + "position_embeddings", 1, grid * grid + 1, width)
            .reshaped(to: [grid * grid + 1, width])
        positions = PositionGrid(width: grid, height: grid, vectors: Matrix(all[1...]))
        classToken =
            try weights.array(prefix + "cls_token", 1, 1, width).reshaped(to: [1, width]) + all[0..<1] + pictureMark
    }

    var vocabularySize: Int { texts.vocabularySize }
    var mostTokens: Int { texts.mostTokens }

    func tokenCount(of picture: Image) -> Int {
        let grid = patches.grid(of: picture)
        return 1 + grid.across * grid.down
    }

    func key(of picture: Image) -> ContentKey {
        picture.pixels.withUnsafeBytes { ContentKey($0, rowLength: picture.width) }
    }

    func callAsFunction(_ texts: TokenSequences) -> Matrix { Matrix(NDArray(self.texts(texts)) + textMark) }

    /// - Precondition: pictures are RGB, and no smaller than a patch.
    func callAsFunction(_ pictures: [Image]) -> Matrix {
        let projected = NDArray(patches(pictures))
        var parts: [NDArray] = []
        var start = 0
        // Most pictures are of the size of another.
        var grids: [[Int]: NDArray] = [:]
        for picture in pictures {
            let (across, down) = patches.grid(of: picture)
            let places =
                grids[[across, down]] ?? NDArray(positions.resized(width: across, height: down, .linear).vectors)
            grids[[across, down]] = places
            parts.append(classToken)
            parts.append(projected[start..<start + across * down] + places)
            start += across * down
        }
        return Matrix(concatenatingRows: parts.map { Matrix($0) })
    }

    func samplePictures() -> [Image] {
        Image.samples(width: positions.width * patches.patchSize, height: positions.height * patches.patchSize)
    }
}
