/// Items of which the first in order can be taken out.
struct MinimumHeap<Item> {
    private var items: [Item] = []
    private let isBefore: (Item, Item) -> Bool

    init(by isBefore: @escaping (Item, Item) -> Bool) { self.isBefore = isBefore }

    /// The first item; `nil` when there is none.
    var first: Item? { items.first }

    /// - Complexity: O(log count).
    mutating func insert(_ item: Item) {
        var place = items.count
        items.append(item)
        while place > 0, isBefore(items[place], items[(place - 1) / 2]) {
            items.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Takes out the first item; `nil` when there is none.
    ///
    /// - Complexity: O(log count).
    mutating func removeFirst() -> Item? {
        guard let first = items.first else { return nil }
        let last = items.removeLast()
        guard !items.isEmpty else { return first }
        items[0] = last
        var place = 0
        while true {
            let left = 2 * place + 1
            guard left < items.count else { return first }
            let child = left + 1 < items.count && isBefore(items[left + 1], items[left]) ? left + 1 : left
            guard isBefore(items[child], items[place]) else { return first }
            items.swapAt(place, child)
            place = child
        }
    }
}
