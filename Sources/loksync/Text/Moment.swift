import Foundation
package import LokBooks

/// Instants as an operator in India reads them.
package enum Moment {
  /// `2026-04-05 14:03 IST`; `never` for the beginning of time, which stands for "not yet".
  package static func text(_ time: Timestamp) -> String {
    guard time.milliseconds > 0 else { return "never" }
    let minutes = (time.milliseconds - Day(of: time).start.milliseconds) / 60_000
    return "\(Day(of: time)) \(two(minutes / 60)):\(two(minutes % 60)) IST"
  }

  /// `3 d`, `5 h`, `12 min`, `40 s`: the largest unit that is not zero.
  package static func age(milliseconds: Int64) -> String {
    let seconds = max(0, milliseconds / 1000)
    for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("min", 60)] where seconds >= length {
      return "\(seconds / length) \(unit)"
    }
    return "\(seconds) s"
  }

  /// The wall clock of this computer.
  package static func now() -> Timestamp {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }

  private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }
}
