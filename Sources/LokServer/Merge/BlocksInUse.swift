package import LokBooks

/// The blocks that are in use, as far as so many tell: of those that nobody has used since the hand last
/// passed them, the first one gives way.
///
/// Source: F. Corbató, A paging experiment with the Multics system, 1968 (CLOCK).
package struct BlocksInUse {
  private let limit: Int
  private var places: [BlockCode: Int] = [:]
  private var slots: [(block: BlockCode, isUsedAgain: Bool)] = []
  private var hand = 0

  package init(limit: Int) { self.limit = max(1, limit) }

  /// - Returns: the block that gives way to a new one.
  package mutating func use(_ block: BlockCode) -> BlockCode? {
    if let place = places[block] {
      slots[place].isUsedAgain = true
      return nil
    }
    guard slots.count >= limit else {
      places[block] = slots.count
      slots.append((block, false))
      return nil
    }
    while slots[hand].isUsedAgain {
      slots[hand].isUsedAgain = false
      hand = (hand + 1) % limit
    }
    let idle = slots[hand].block
    places[idle] = nil
    places[block] = hand
    slots[hand] = (block, false)
    hand = (hand + 1) % limit
    return idle
  }
}
