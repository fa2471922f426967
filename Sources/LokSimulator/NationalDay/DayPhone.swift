import LokBooks
import LokDevice
import LokWire

/// A phone of the national day: what it has written, and where it stands in its block.
///
/// True between calls: `clock` never goes back, as the phone's own times do not.
struct DayPhone: Sendable {
  /// What it has written in all.
  struct Written: Sendable {
    var sets = 0
    var changes = 0
    var paise: Int64 = 0
  }

  var phone: PeakPhone
  private(set) var groups: [PeakGroup] = []
  private(set) var written = Written()
  var standing: LoadStanding
  private var clock: Timestamp
  private var nextGroup = 0

  private static let day: Int64 = 86_400_000
  /// Groups were founded before any meeting that comes late.
  static let daysBefore: Int64 = 40
  private static let meetingPaise = PeakGroup.lines(ofChanges: DayPlan.changesPerSet).paise

  init(_ phone: PeakPhone, at now: Timestamp) {
    self.phone = phone
    standing = LoadStanding(at: Cursor(epoch: phone.epoch))
    clock = Timestamp(milliseconds: now.milliseconds - Self.daysBefore * Self.day)
  }

  /// Groups with their members, their loans, and so many meetings.
  mutating func found(_ count: Int, meetings: Int = 0) throws {
    for _ in 0..<count { groups.append(try PeakGroup(of: &phone, at: clock)) }
    for index in groups.indices { try groups[index].writeFirstMeeting(of: &phone, at: clock) }
    written.sets += 2 * count
    written.paise += Int64(count) * PeakGroup.firstMeetingPaise
    for _ in 0..<count * meetings { try meet(at: clock) }
    written.changes = Int(phone.next.rawValue) - 1
  }

  /// What this visit brings: meetings of the last days, the last one of now.
  mutating func write(_ sets: Int, ofLast days: Int, at now: Timestamp) throws {
    phone.beginRound()
    for set in 0..<sets {
      let ago = Int64(days) * Self.day * Int64(sets - 1 - set) / Int64(max(1, sets - 1))
      clock = max(clock, Timestamp(milliseconds: now.milliseconds - ago))
      try meet(at: clock)
    }
    written.changes = Int(phone.next.rawValue) - 1
  }

  private mutating func meet(at time: Timestamp) throws {
    try groups[nextGroup].writeMeeting(of: &phone, changes: DayPlan.changesPerSet, at: time)
    nextGroup = (nextGroup + 1) % groups.count
    written.sets += 1
    written.paise += Self.meetingPaise
  }

  /// - Parameter hasNothing: as a new phone begins.
  func start(at standing: LoadStanding, hasNothing: Bool) -> SessionStart {
    var start = phone.start
    start.cursor = standing.cursor
    start.takesSnapshots = hasNothing
    start.link = .fast
    return start
  }
}
