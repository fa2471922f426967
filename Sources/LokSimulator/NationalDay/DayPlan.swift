import LokBooks

/// Who calls when, and with what. Arrivals do not wait for each other: when a phone calls does not depend on
/// how quickly the server answered the others.
struct DayPlan: Sendable {
  enum Purpose: Hashable, Sendable {
    /// A bookkeeper brings the meetings of the last days: one to three.
    case small
    /// One who had no link for days brings all of them.
    case lagging(days: Int)
    /// She looks whether there is anything new.
    case look
    /// One who looks at all groups of her block.
    case blockLook
    /// A phone that has nothing yet fetches the books of its groups.
    case firstSync
  }

  struct Arrival: Sendable {
    /// From the day's begin, in microseconds.
    var due: Int
    var purpose: Purpose
    var sets: Int
    /// The link breaks when the sets are sent and the server's word is not there yet.
    var losesAnswer = false
    /// Of the stretches, in which it falls.
    var stretch: Int
  }

  /// Of a regular meeting (domain facts, 6.3).
  static let changesPerSet = 32
  /// Two syncs a day of six lakh phones: 250 a second when 10,400 changes come.
  private static let syncsPerChange = 250.0 / 10_400
  /// One sync in a hundred is of a phone that is new, replaced, or has gained groups.
  private static let syncsForAFirst = 100
  /// Of uploads (domain facts, 6.6).
  private static let lostInTenThousand = 400
  private static let stream: UInt64 = 51

  let stretches: [DayCurve.Stretch]
  /// Ascending.
  let arrivals: [Arrival]

  init(_ stretches: [DayCurve.Stretch], seed: UInt64) {
    self.stretches = stretches
    var (arrivals, begin) = ([Arrival](), 0)
    for (place, stretch) in stretches.enumerated() {
      var random = SeededGenerator(seed: seed, stream: Self.stream, index: place)
      let span = Int(stretch.seconds * 1_000_000)
      // So many, each at any time of the stretch: what a Poisson process gives when its number is known.
      arrivals += Self.calls(in: stretch, place, by: &random).map { call in
        var call = call
        call.due = begin + random.below(span)
        return call
      }
      begin += span
    }
    self.arrivals = arrivals.sorted { $0.due < $1.due }
  }

  /// How long ago the groups of so many bookkeepers were founded, so that on their calendars the days pass
  /// which lie between their calls: three from one to the next in the mean, fourteen at most.
  func daysBefore(of writers: Int) -> Int {
    let uploads = arrivals.count { $0.sets > 0 }
    return 28 + 4 * ((uploads + writers - 1) / max(1, writers))
  }

  private static func calls(
    in stretch: DayCurve.Stretch, _ place: Int, by random: inout SeededGenerator
  ) -> [Arrival] {
    let changes = stretch.seconds * stretch.changesPerSecond
    var left = Int((changes / Double(changesPerSet)).rounded())
    var calls: [Arrival] = []
    while left > 0 {
      let (purpose, most) = upload(by: &random)
      let sets = min(left, most)
      let isLost = random.happens(inTenThousand: lostInTenThousand)
      calls.append(Arrival(due: 0, purpose: purpose, sets: sets, losesAnswer: isLost, stretch: place))
      left -= sets
    }
    let syncs = Int((changes * syncsPerChange).rounded())
    for _ in 0..<(syncs + random.below(syncsForAFirst)) / syncsForAFirst {
      calls.append(Arrival(due: 0, purpose: .firstSync, sets: 0, stretch: place))
    }
    while calls.count < syncs {
      let purpose: Purpose = random.below(2) == 0 ? .look : .blockLook
      calls.append(Arrival(due: 0, purpose: purpose, sets: 0, stretch: place))
    }
    return calls
  }

  /// Of entries 52 % come within 2 days, 16 % within 5, 16 % within 10, 15 % later (domain facts, 1.5):
  /// shares of sets. A phone of 15 groups writes 1.35 sets a day: those who come late are few and bring many.
  private static func upload(by random: inout SeededGenerator) -> (Purpose, sets: Int) {
    switch random.below(10_000) {
    case ..<8_330: (.small, random.among(1...3))
    case ..<9_244: (.lagging(days: 5), random.among(4...7))
    case ..<9_723: (.lagging(days: 10), random.among(8...13))
    default: (.lagging(days: 14), random.among(14...20))
    }
  }
}
