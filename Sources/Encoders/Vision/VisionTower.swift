import Imaging
import Tensor

/// The part that vision transformers have in common: tokens of pictures, and layers.
struct VisionTower: Sendable {
    let embedding: PatchEmbedding
    let transformer: Transformer
    /// How many pictures are computed at a time, where somebody has chosen.
    var chosenBatchSize: Int?

    /// Tokens of a picture.
    var tokenCount: Int { embedding.tokenCount }
    /// What comes before the patches.
    var leadingCount: Int { embedding.leadingCount }
}
