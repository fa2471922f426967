package import LokBooks
package import LokDevice
import LokWire

/// A phone of the national day: what it has written, and where it stands in its block.
///
/// True between calls: `clock` is its own calendar, on which as many days pass between two calls as a call
/// says; it never goes back, as the dates of a group's meetings may not, and never beyond the server's time.
package struct DayPhone: Sendable {
  var phone: PeakPhone
  private(set) var groups: [PeakGroup] = []
  /// In all.
  private(set) var written = DaySums()
  var standing: LoadStanding
  private var clock: Timestamp
  /// By which the oldest of the last visit's meetings is older than the visit, on its calendar.
  package private(set) var daysBehind = 0
  private var nextGroup = 0

  private static let day: Int64 = 86_400_000
  private static let meetingPaise = PeakGroup.lines(ofChanges: DayPlan.changesPerSet).paise

  /// - Parameter daysBefore: so long ago its groups were founded.
  init(_ phone: PeakPhone, daysBefore: Int, at now: Timestamp) {
    self.phone = phone
    standing = LoadStanding(at: Cursor(epoch: phone.epoch))
    clock = Timestamp(milliseconds: now.milliseconds - Int64(daysBefore) * Self.day)
  }

  /// One that no server knows.
  package init(
    in block: BlockCode, key: DeviceKey, device: DeviceNumber, epoch: Epoch, daysBefore: Int,
    at now: Timestamp
  ) {
    self.init(
      PeakPhone(block: block, key: key, device: device, epoch: epoch), daysBefore: daysBefore, at: now)
  }

  /// Groups with their members, their loans, and so many meetings.
  package mutating func found(_ count: Int, meetings: Int = 0) throws {
    for _ in 0..<count { groups.append(try PeakGroup(of: &phone, at: clock)) }
    for index in groups.indices { try groups[index].writeFirstMeeting(of: &phone, at: clock) }
    written.sets += 2 * count
    written.paise += Int64(count) * PeakGroup.firstMeetingPaise
    for _ in 0..<count * meetings { try meet(at: clock) }
    written.changes = Int(phone.next.rawValue) - 1
  }

  /// What this visit brings: the meetings of so many days since the last one, from the first day on;
  /// the youngest of several is of the day itself.
  package mutating func write(_ sets: Int, ofLast days: Int, at now: Timestamp) throws {
    phone.beginRound()
    let last = clock
    clock = min(now, Timestamp(milliseconds: last.milliseconds + Int64(days) * Self.day))
    let span = clock.milliseconds - last.milliseconds
    for set in 0..<sets {
      let ago = sets == 1 ? span : span * Int64(sets - 1 - set) / Int64(sets - 1)
      try meet(at: Timestamp(milliseconds: clock.milliseconds - ago))
    }
    daysBehind = Int(span / Self.day)
    written.changes = Int(phone.next.rawValue) - 1
  }

  /// Of the meetings that the last visit brought.
  package func datesOfVisit() throws -> [Day] {
    try phone.sets.map { set in
      let meeting = try ChangeSet(decoding: set.bytes).changes.first?.patch
      return meeting?.day(MeetingField.day) ?? Day(of: clock)
    }
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
