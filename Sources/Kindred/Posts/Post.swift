/// One row of a data set: a picture, a text, or both, under an id.
public struct Post: Sendable, Hashable, Identifiable {
    /// What the row is called in every file that comes of it.
    public let id: String
    /// The path of the picture, also when it cannot be used: see ``status``.
    public let imagePath: String?
    /// The text; never blank.
    public let text: String?
    /// The true group, where the data tells it. It is for evaluation only.
    public let truth: String?
    /// Whether the row has what it should have.
    public let status: RowStatus
}
