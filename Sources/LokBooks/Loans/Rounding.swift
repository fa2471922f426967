/// To what money is rounded: its size in paise.
package enum RoundingUnit: Int64, Sendable {
  case paisa = 1
  case rupee = 100
}

extension Int128 {
  /// `self / divisor` in paise, rounded half-up to `unit`. Both are at least zero, and small enough to be
  /// doubled: callers hold amounts below 2^63 and factors below 2^50.
  func dividedHalfUp(by divisor: Int128, to unit: RoundingUnit) -> Int128 {
    let size = divisor * Int128(unit.rawValue)
    let (quotient, remainder) = quotientAndRemainder(dividingBy: size)
    return (quotient + (remainder >= size - remainder ? 1 : 0)) * Int128(unit.rawValue)
  }
}

extension Paise {
  /// A sum or product that was made in wider numbers; nil where it does not fit.
  package init?(exactly wide: Int128) {
    guard let value = Int64(exactly: wide) else { return nil }
    self.init(value)
  }
}

extension Sequence<Paise> {
  /// Never too large: no list is long enough to leave 128 bits.
  var wideSum: Int128 { reduce(0) { $0 + Int128($1.rawValue) } }
}
