import Tensor

/// How the two signs of membership – how near a row is to a cluster's heart, and at what density it joins the cluster – are
/// weighed against each other.
///
/// Both are the `hdbscan` package's, which takes one for fitted rows and the other for new ones. Here either serves both,
/// so that a row has the same memberships whether it was fitted or comes later.
public enum MembershipFormula: String, Sendable, Hashable, Codable, CaseIterable {
    /// Both count alike, and a cluster that a row joins at a lower density counts only a little less: for rows between
    /// clusters. The package's `all_points_membership_vectors`.
    case even
    /// The density at which a row joins decides nearly alone: a row inside a cluster belongs to no other. The package's
    /// `membership_vector`.
    case decided

    /// How much each cluster is to count, up to a common factor.
    ///
    /// - Parameters:
    ///   - distances: of the row to the nearest exemplar of each cluster. `[k]`
    ///   - densities: at which the row and each cluster come together, over the highest density around the row, 0 … 1. `[k]`
    ///   - weights: the result. `[k]`
    func weigh(
        distances: UnsafeMutableBufferPointer<Double>, densities: UnsafeMutableBufferPointer<Double>,
        into weights: UnsafeMutableBufferPointer<Double>
    ) {
        var (nearest, highest) = (Double.infinity, -Double.infinity)
        for cluster in weights.indices {
            nearest = min(nearest, distances[cluster])
            weights[cluster] = score(densities[cluster])
            highest = max(highest, weights[cluster])
        }
        var total = 0.0
        for cluster in weights.indices {
            // Where scores are infinite, only they count.
            let behind = weights[cluster] == highest ? 0 : highest - weights[cluster]
            let byDensity = powerOfTwo(-behind * Self.logarithm)
            // A row at no distance from an exemplar is near to nothing else.
            let near = nearest > 0 ? nearest / distances[cluster] : distances[cluster] > 0 ? 0 : 1
            weights[cluster] = weigh(near, byDensity)
            total += weights[cluster]
        }
        // The heart of one cluster, and the density of others only: the heart decides.
        guard total == 0 else { return }
        for cluster in weights.indices { weights[cluster] = distances[cluster] == nearest ? 1 : 0 }
    }

    /// log₂ e
    private static let logarithm = 1.4426950408889634

    private func score(_ density: Double) -> Double {
        switch self {
        case .even: density > 0 ? powerOfTwo(-Self.logarithm / density) : 0
        case .decided: density < 1 ? 1 / (1 - density) : .infinity
        }
    }

    private func weigh(_ near: Double, _ byDensity: Double) -> Double {
        switch self {
        case .even: near * byDensity
        case .decided: near.squareRoot() * byDensity * byDensity
        }
    }
}
