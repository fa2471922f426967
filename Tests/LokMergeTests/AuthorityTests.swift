import LokBooks
import LokMerge
import LokWire
import Testing

struct AuthorityTests {
  static let group = RecordID(device: DeviceNumber(9), counter: 1)

  private func set(_ kind: ChangeSet.Kind = .records, cbo: RecordID = group, counter: UInt32 = 5) -> ChangeSet
  {
    let change = Change(
      entity: .member, record: RecordID(device: DeviceNumber(1), counter: counter), isNew: true, hlc: .zero,
      patch: Patch())
    return ChangeSet(
      kind: kind, cbo: cbo, device: DeviceNumber(1), firstDeviceSeq: DeviceSeq(1), firstCounter: counter,
      baseSeq: .zero, firstHLC: .zero, changes: [change])
  }

  private func sender(
    _ role: Role = .bookkeeperSHG, _ standing: Sender.Standing = .active, now: Bool = true, ever: Bool = true
  ) -> Sender {
    Sender(
      device: DeviceNumber(1), role: role, standing: standing, inScope: now, everInScope: ever, nextCounter: 5
    )
  }

  @Test func `a maker in scope is judged`() { #expect(Authority.verdict(on: set(), from: sender()) == nil) }

  @Test func `doubt about the sender quarantines, no right ever refuses`() {
    #expect(Authority.verdict(on: set(), from: sender(.bookkeeperSHG, .revoked))?.reason == .senderRevoked)
    #expect(
      Authority.verdict(on: set(), from: sender(.bookkeeperSHG, .suspended))?.reason == .senderSuspended)
    #expect(
      Authority.verdict(on: set(), from: sender(now: false)) == Verdict(.quarantined, .cboNoLongerInScope))
    #expect(
      Authority.verdict(on: set(), from: sender(now: false, ever: false))
        == Verdict(.refused, .cboNeverInScope))
  }

  @Test func `a group that the device itself began is its own`() {
    let own = RecordID(device: DeviceNumber(1), counter: 3)
    #expect(Authority.verdict(on: set(cbo: own), from: sender(now: false, ever: false)) == nil)
  }

  @Test(arguments: Role.allCases, [ChangeSet.Kind.meeting, .records, .decision, .server])
  func `makers write, checkers decide, nobody writes as the server`(_ role: Role, _ kind: ChangeSet.Kind) {
    let verdict = Authority.verdict(on: set(kind), from: sender(role))
    let isMaker = [.bookkeeperSHG, .bookkeeperVO, .bookkeeperCLF].contains(role)
    let mayWrite =
      switch kind {
      case .meeting: isMaker
      case .records: isMaker || role == .blockAdmin
      case .decision: role == .approver
      case .server: false
      }
    #expect((verdict == nil) == mayWrite)
  }

  @Test func `only block staff write the block's own book`() {
    #expect(Authority.verdict(on: set(cbo: .blockBook), from: sender())?.reason == .roleMayNotWrite)
    #expect(Authority.verdict(on: set(cbo: .blockBook), from: sender(.blockAdmin)) == nil)
  }

  @Test func `a counter used before is kept aside`() {
    #expect(Authority.verdict(on: set(counter: 4), from: sender()) == Verdict(.quarantined, .recordTaken))
  }
}
