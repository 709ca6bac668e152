/// Groups that change, some of which may be empty.
extension Coreset {
    /// Lets all groups count `factor` times as much, and keeps them all.
    mutating func multiply(by factor: Double) {
        for index in sums.indices { sums[index] *= factor }
        for group in 0..<count {
            weights[group] *= factor
            squaredErrors[group] *= factor
        }
    }

    /// Takes the rows of another group into a group.
    mutating func join(_ group: Int, with other: Coreset, _ otherGroup: Int) {
        let (weight, added) = (weights[group], other.weights[otherGroup])
        guard added > 0 else { return }
        let (start, otherStart) = (group * dimension, otherGroup * dimension)
        var apart = 0.0
        if weight > 0 {
            for column in 0..<dimension {
                let difference = sums[start + column] / weight - other.sums[otherStart + column] / added
                apart += difference * difference
            }
        }
        for column in 0..<dimension { sums[start + column] += other.sums[otherStart + column] }
        weights[group] += added
        squaredErrors[group] += other.squaredErrors[otherGroup] + apart * weight * added / (weight + added)
    }

    /// Makes a group one of no rows.
    mutating func clear(_ group: Int) {
        weights[group] = 0
        squaredErrors[group] = 0
        for column in 0..<dimension { sums[group * dimension + column] = 0 }
    }

    /// The groups that have rows.
    var withoutEmptyGroups: Coreset {
        let kept = weights.indices.filter { weights[$0] > 0 }
        guard kept.count < count else { return self }
        var result = Coreset(dimension: dimension)
        for group in kept {
            result.weights.append(weights[group])
            result.sums += sums[group * dimension..<(group + 1) * dimension]
            result.squaredErrors.append(squaredErrors[group])
        }
        return result
    }
}
