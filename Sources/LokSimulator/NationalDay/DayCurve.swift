/// How a working day's changes are spread over its hours.
///
/// Known is the national frame (domain facts, 6.5): a day of weekly meetings brings 5.0 crore changes, a
/// quarter of them in one hour between 18 and 22, when bookkeepers are home and have a link; the fullest
/// minute of that hour is three times its mean, 10,400 changes a second. The other hours are drawn: few at
/// night, meetings entered through the day, most in the evening.
package enum DayCurve {
  /// The hour in which the burst lies.
  package static let peakHour = 20
  /// Of a day's thousand changes.
  package static let perMille = [
    8, 4, 2, 2, 4, 10, 20, 30, 30, 30, 40, 40, 35, 35, 40, 40, 40, 50, 80, 120, 250, 60, 20, 10,
  ]
  /// The fullest minute over its hour's mean.
  package static let burstFactor = 3.0
  /// Of a day of weekly meetings, changes a second in that minute.
  package static let burst = 10_400
  /// Before the burst counts, its rate is there already: else its first receipts would be missing.
  static let leadInSeconds = 1.0

  /// A stretch of one rate.
  struct Stretch: Sendable {
    enum Part: Hashable, Sendable {
      case hour(Int)
      case leadIn
      case burst
    }
    var part: Part
    /// As it is played.
    var seconds: Double
    var changesPerSecond: Double
  }

  /// The day from midnight on, its burst behind the hour that it belongs to. Rates are the day's own.
  static func stretches(burst: Int, hourSeconds: Double, burstSeconds: Double) -> [Stretch] {
    let peak = Double(burst) / burstFactor
    return perMille.enumerated().flatMap { hour, weight in
      let rate = peak * Double(weight) / Double(perMille[peakHour])
      let whole = Stretch(part: .hour(hour), seconds: hourSeconds, changesPerSecond: rate)
      guard hour == peakHour else { return [whole] }
      return [
        whole, Stretch(part: .leadIn, seconds: leadInSeconds, changesPerSecond: Double(burst)),
        Stretch(part: .burst, seconds: burstSeconds, changesPerSecond: Double(burst)),
      ]
    }
  }
}
