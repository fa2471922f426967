/// What a workload is made from. The same options and files give the same acts, to the byte.
package struct WorkloadOptions: Hashable, Sendable {
  package var blocks: Int
  /// Bookkeepers' phones. Each block's staff and checker and the second phones come on top.
  package var devices: Int
  /// Of each device, over all its groups; cut-offs, doubled and replacing meetings come on top.
  package var meetings: Int
  package var days: Int
  package var seed: UInt64
  /// A bookkeeper has from 1 to this many groups.
  package var groupsPerDevice: Int
  /// The last simulated day. Fixed, and in the past: what a seed gives must not depend on today.
  package var lastDay: Int32

  /// 2025-12-31.
  package static let defaultLastDay: Int32 = 20_453

  package init(
    blocks: Int, devices: Int, meetings: Int, days: Int, seed: UInt64, groupsPerDevice: Int = 3,
    lastDay: Int32 = WorkloadOptions.defaultLastDay
  ) {
    self.blocks = blocks
    self.devices = devices
    self.meetings = meetings
    self.days = days
    self.seed = seed
    self.groupsPerDevice = groupsPerDevice
    self.lastDay = lastDay
  }

  var firstDay: Int32 { lastDay - Int32(days) + 1 }

  /// When all late uploads are in: the checkers' first day, the makers' day for what was rejected, and the
  /// checkers' second.
  var checkDay: Int32 { lastDay + Int32(Troubles.longestLag) + 1 }
  var mendDay: Int32 { checkDay + 1 }
  var lastCheckDay: Int32 { checkDay + 2 }

  func check() throws {
    try Self.check(blocks, "blocks", 1...10_000)
    try Self.check(devices, "devices", 1...100_000)
    try Self.check(meetings, "meetings", 1...1_000)
    try Self.check(days, "days", 1...3_650)
    guard devices >= blocks else { throw SimulationError.tooFewDevices(devices: devices, blocks: blocks) }
  }

  private static func check(_ value: Int, _ option: String, _ allowed: ClosedRange<Int>) throws {
    guard allowed.contains(value) else { throw SimulationError.outOfRange(option: option, allowed: allowed) }
  }
}

/// Troubles of the field, in ten thousandths. Sources: domain notes 6.6 and, for late uploads, 1.5 (613,432
/// transactions of a Bangladesh health system).
enum Troubles {
  /// The upload arrives, its acknowledgement does not, the phone sends again.
  static let lostAcknowledgement = 400
  /// Two phones for one group, as when a bookkeeper is replaced.
  static let secondPhone = 200
  /// Clocks: everybody's deviation; off by more than a day; in a wrong year.
  static let clockDeviationSeconds = 600
  static let clockOffByDays = 100
  static let clockWrongYear = 10
  /// Phones with one meeting that cannot be posted as it stands: more than in life, as with all that follows,
  /// so that small runs have some.
  static let wrongMeeting = 1_000
  /// A profile edit after a meeting.
  static let profileEdit = 1_000
  /// A meeting after which two members change offices, or the bank gives the account another number.
  static let reviewedEdit = 800
  /// Of meetings that follow one: a line of that one is taken back. 1 % of lines, of which there are 32.
  static let correction = 3_200
  /// A meeting after which a member leaves.
  static let leaves = 500
  /// New loans that are never repaid as agreed; of those, at each meeting, rescheduled and written off. Of
  /// loans with a repayment missed by chance, rescheduled.
  static let defaults = 500
  static let rescheduleDefaulted = 2_500
  static let rescheduleMissed = 500
  static let writeOff = 800
  /// New loans to members with a moratorium. Domain notes 2.3: up to three months.
  static let moratorium = 1_500
  /// Groups that end with the run.
  static let closes = 1_000
  /// Meetings of groups without a bank's loan in which one is received.
  static let bankLoan = 700
  static let paysCompulsorySaving = 9_000
  static let present = 9_200
  static let repays = 9_300

  static let longestLag = 30

  /// Days between a meeting and its upload.
  static func lag(by generator: inout SeededGenerator) -> Int {
    switch generator.below(10_000) {
    case ..<5_250: generator.among(0...2)
    case ..<6_870: generator.among(3...5)
    case ..<8_470: generator.among(6...10)
    default: generator.among(11...longestLag)
    }
  }

  /// What the phone's clock shows too much, in milliseconds.
  static func clockError(by generator: inout SeededGenerator) -> Int64 {
    let day: Int64 = 86_400_000
    let usual = Int64(generator.normal(deviation: clockDeviationSeconds)) * 1_000
    let sign: Int64 = generator.below(2) == 0 ? 1 : -1
    switch generator.below(10_000) {
    case ..<clockWrongYear: return usual + sign * 365 * day
    case ..<(clockWrongYear + clockOffByDays): return usual + sign * day * Int64(generator.among(1...20))
    default: return usual
    }
  }

  /// How many of `all` are hit by a trouble of this share: at least one where there are twenty.
  static func count(of all: Int, inTenThousand share: Int) -> Int {
    max(all >= 20 ? 1 : 0, all * share / 10_000)
  }
}
