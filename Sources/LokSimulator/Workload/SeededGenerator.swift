/// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
///
/// All draws are whole-number arithmetic: floating-point functions differ in their last bit between
/// machines, and the same seed has to give the same bytes everywhere.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// An independent stream for the `index`-th thing of a kind: what one group does never depends on how
  /// many draws another one took.
  package init(seed: UInt64, stream: UInt64, index: Int) {
    var mixer = SeededGenerator(seed: seed &+ stream &* 0x9E37_79B9_7F4A_7C15)
    let first = mixer.next()
    self.init(seed: first ^ UInt64(truncatingIfNeeded: index) &* 0xD134_2543_DE82_EF95)
    _ = next()
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Below `bound`, which is above 0. The standard library's own method may change between releases.
  package mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(max(1, bound))).high)
  }

  package mutating func among(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// True `share` times in ten thousand.
  package mutating func happens(inTenThousand share: Int) -> Bool { below(10_000) < share }

  package mutating func pick<Element>(_ choices: [Element]) -> Element? {
    choices.isEmpty ? nil : choices[below(choices.count)]
  }

  /// Near a normal distribution with mean 0: twelve uniform draws (Irwin-Hall) have variance 1.
  package mutating func normal(deviation: Int) -> Int {
    var sum = 0
    for _ in 0..<12 { sum += below(1_000_001) }
    return (sum - 6_000_000) / 1_000 * deviation / 1_000
  }

  /// `count` different numbers below `bound`, ascending; all of them where `count` is not below `bound`.
  package mutating func distinct(_ count: Int, below bound: Int) -> [Int] {
    var all = Array(0..<max(0, bound))
    for place in 0..<min(count, all.count) { all.swapAt(place, place + below(all.count - place)) }
    return all.prefix(max(0, count)).sorted()
  }
}
