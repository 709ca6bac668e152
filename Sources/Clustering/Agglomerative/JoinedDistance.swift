/// The distance of a merged cluster to others, from those of its parts.
///
/// Where all parts are equally far, the result is exactly as far: ties stay ties.
protocol JoinedDistance {
    /// The distance from a cluster to the union of two that are `x` and `y` away; `share` is the second one's share of the
    /// rows.
    static func joined<Element: DistanceElement>(_ x: Element, _ y: Element, _ share: Element) -> Element

    /// The distance of two unions, from the distances of their first and second parts (11, 12, 21, 22) and the shares of
    /// the second ones. The same bits when the unions are exchanged.
    static func joined<Element: DistanceElement>(
        _ d11: Element, _ d12: Element, _ d21: Element, _ d22: Element, _ p: Element, _ q: Element
    ) -> Element
}

enum SingleDistance: JoinedDistance {
    @inline(__always)
    static func joined<Element: DistanceElement>(_ x: Element, _ y: Element, _ share: Element) -> Element {
        y < x ? y : x
    }

    @inline(__always)
    static func joined<Element: DistanceElement>(
        _ d11: Element, _ d12: Element, _ d21: Element, _ d22: Element, _ p: Element, _ q: Element
    ) -> Element { joined(joined(d11, d22, p), joined(d12, d21, p), q) }
}

enum CompleteDistance: JoinedDistance {
    @inline(__always)
    static func joined<Element: DistanceElement>(_ x: Element, _ y: Element, _ share: Element) -> Element {
        y > x ? y : x
    }

    @inline(__always)
    static func joined<Element: DistanceElement>(
        _ d11: Element, _ d12: Element, _ d21: Element, _ d22: Element, _ p: Element, _ q: Element
    ) -> Element { joined(joined(d11, d22, p), joined(d12, d21, p), q) }
}

enum AverageDistance: JoinedDistance {
    @inline(__always)
    static func joined<Element: DistanceElement>(_ x: Element, _ y: Element, _ share: Element) -> Element {
        x + (y - x) * share
    }

    @inline(__always)
    static func joined<Element: DistanceElement>(
        _ d11: Element, _ d12: Element, _ d21: Element, _ d22: Element, _ p: Element, _ q: Element
    ) -> Element {
        d11 + ((p * (d21 - d11) + q * (d12 - d11)) + (p * q) * ((d11 + d22) - (d12 + d21)))
    }
}

enum WeightedDistance: JoinedDistance {
    @inline(__always)
    static func joined<Element: DistanceElement>(_ x: Element, _ y: Element, _ share: Element) -> Element {
        (x + y) / 2
    }

    @inline(__always)
    static func joined<Element: DistanceElement>(
        _ d11: Element, _ d12: Element, _ d21: Element, _ d22: Element, _ p: Element, _ q: Element
    ) -> Element { ((d11 + d22) + (d12 + d21)) / 4 }
}
