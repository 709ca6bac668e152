/// What came out for one number of clusters in a sweep.
public struct ClusterCountTrial: Sendable, Hashable {
    /// The number of clusters, k.
    public let clusterCount: Int
    /// The sum of squared distances to the centroids.
    public let inertia: Double
    /// The mean silhouette, −1 ... 1; `nil` where it has no meaning (k = 1) or was not computed.
    public let silhouette: Double?
    /// The Davies–Bouldin index; `nil` as for the silhouette.
    public let daviesBouldin: Double?
    /// The Calinski–Harabasz index; `nil` as for the silhouette.
    public let calinskiHarabasz: Double?
    /// How long the fit and the scores took, in seconds.
    public let seconds: Double

    /// A trial of a sweep. A score that is left out was not computed.
    public init(
        clusterCount: Int, inertia: Double, silhouette: Double? = nil, daviesBouldin: Double? = nil,
        calinskiHarabasz: Double? = nil, seconds: Double = 0
    ) {
        self.clusterCount = clusterCount
        self.inertia = inertia
        self.silhouette = silhouette
        self.daviesBouldin = daviesBouldin
        self.calinskiHarabasz = calinskiHarabasz
        self.seconds = seconds
    }
}
