/// Where something stands in a list, found by its key: the list is the caller's, this is only the way to it.
///
/// Every line of a meeting looks several balances and records up. A Dictionary's keyed hash took half of the
/// time of judge and apply; here a key is one word, mixed by one multiplication. The factor is drawn once a
/// process, so that nobody can choose ids that meet (multiply-shift hashing: M. Dietzfelbinger et al., A
/// Reliable Randomized Algorithm for the Closest-Pair Problem, 1997).
package struct PlaceTable: Sendable {
  /// A place and 1, or 0; twice as many as places at least, a power of two.
  private var slots: [Int32] = []
  private var count = 0
  private static let factor = UInt64.random(in: .min ... .max) | 1

  package init() {}

  /// The place of which `isHere` is true, among those that were entered under `word`.
  package func place(of word: UInt64, where isHere: (Int) -> Bool) -> Int? {
    if slots.isEmpty { return nil }
    var slot = self.slot(of: word)
    while slots[slot] > 0 {
      let place = Int(slots[slot]) - 1
      if isHere(place) { return place }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// The next place, counted from 0, is that of `word`; `words` gives those of the places before it.
  package mutating func append(_ word: UInt64, words: (Int) -> UInt64) {
    if (count + 1) * 2 > slots.count {
      slots = Array(repeating: 0, count: max(64, slots.count * 2))
      for place in 0..<count { enter(place, words(place)) }
    }
    enter(count, word)
    count += 1
  }

  private mutating func enter(_ place: Int, _ word: UInt64) {
    var slot = self.slot(of: word)
    while slots[slot] > 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(truncatingIfNeeded: place + 1)
  }

  /// Where a key is looked for first: the high bits depend on all of the word.
  private func slot(of word: UInt64) -> Int {
    Int(truncatingIfNeeded: (word &* Self.factor) >> 32) & (slots.count - 1)
  }
}
