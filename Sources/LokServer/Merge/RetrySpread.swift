/// When those come back who were turned away: each at another time, so that they do not stand at the door
/// together again. Multiples of the golden ratio fill a span evenly however many there are, and take no
/// chance: a run can be repeated.
package struct RetrySpread: Hashable, Sendable {
  private var turn: UInt32 = 0
  private static let goldenRatio: UInt32 = 0x9E37_79B9
  /// What a set takes to be merged when the machine has nothing else to do is a tenth of it.
  private static let millisecondsPerItem = 2
  private static let spanMaximum = 60_000

  package init() {}

  /// - Parameters:
  ///   - least: before that it is no use.
  ///   - items: that wait before.
  package mutating func next(least: UInt32, behind items: Int) -> UInt32 {
    turn &+= Self.goldenRatio
    let span = min(max(Int(least), min(items, Self.spanMaximum) * Self.millisecondsPerItem), Self.spanMaximum)
    return least + UInt32(truncatingIfNeeded: (UInt64(turn) * UInt64(span)) >> 32)
  }
}
