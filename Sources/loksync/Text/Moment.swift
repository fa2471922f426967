import Foundation
package import LokBooks
package import LokText

/// Instants as an operator in India reads them.
package enum Moment {
  /// `2026-04-05 14:03 IST`; `never` for the beginning of time, which stands for "not yet".
  package static func text(_ time: Timestamp, in messages: Messages = Speech.messages) -> String {
    guard time.milliseconds > 0 else { return messages.text(MomentKey.never) }
    let minutes = (time.milliseconds - Day(of: time).start.milliseconds) / 60_000
    let clock = "\(two(minutes / 60)):\(two(minutes % 60))"
    return messages.text(MomentKey.at, [.day(Day(of: time)), .text(clock)])
  }

  /// `3 d`, `5 h`, `12 min`, `40 s`: the largest unit that is not zero.
  package static func age(milliseconds: Int64, in messages: Messages = Speech.messages) -> String {
    let seconds = max(0, milliseconds / 1000)
    let units: [(MomentKey, Int64)] = [(.days, 86_400), (.hours, 3600), (.minutes, 60)]
    for (unit, length) in units where seconds >= length {
      return messages.text(unit, [.integer(seconds / length)])
    }
    return messages.text(MomentKey.seconds, [.integer(seconds)])
  }

  /// The wall clock of this computer.
  package static func now() -> Timestamp {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }

  private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }
}
