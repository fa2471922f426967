/// When the link of one phone goes down: drawn from the run's seed, the phone and the number of its session,
/// so that the same seed cuts the same sessions at the same moments, whatever the other phones do.
struct LinkWeather: Sendable {
  /// What one session meets.
  struct Spell: Hashable, Sendable {
    /// Until the link is there, from the end of the session before.
    var waitMilliseconds: Int64 = 0
    /// From dialling; nil = it holds.
    var cutAfterMilliseconds: Int64?
    /// Of the packets that are lost.
    var seed: UInt64
  }

  private static let stream: UInt64 = 42

  private let cuts: LinkProfile.Cuts?
  private let seed: UInt64
  private var sessions = 0

  init(_ profile: LinkProfile, seed: UInt64, phone: Int) {
    cuts = profile.cuts
    var generator = SeededGenerator(seed: seed, stream: Self.stream, index: phone)
    self.seed = generator.next()
  }

  /// - Parameter wasCut: the session before was; then this one begins when the link is back, else somewhere
  ///   between two cuts.
  mutating func next(wasCut: Bool) -> Spell {
    var generator = SeededGenerator(seed: seed, stream: Self.stream, index: sessions)
    sessions += 1
    var spell = Spell(seed: generator.next())
    guard let cuts else { return spell }
    let up = generator.among(milliseconds(cuts.up))
    let gone = generator.below(up)
    let down = generator.among(milliseconds(cuts.down))
    spell.cutAfterMilliseconds = Int64(wasCut ? up : up - gone)
    if wasCut { spell.waitMilliseconds = Int64(down) }
    return spell
  }

  private func milliseconds(_ seconds: ClosedRange<Int64>) -> ClosedRange<Int> {
    Int(seconds.lowerBound) * 1_000...Int(seconds.upperBound) * 1_000
  }
}
