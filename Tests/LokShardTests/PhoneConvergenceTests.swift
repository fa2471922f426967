import Foundation
import LokBooks
import LokShard
import LokWire
import Testing

/// A phone's part of the block, filled page by page as a download fills it.
final class TestPhone {
  let device: DeviceNumber
  let store: PartialShard
  private let folder: URL
  private var cursor = Seq.zero
  private var scopeVersion: UInt32 = 0

  init(_ device: DeviceNumber) throws {
    self.device = device
    folder = FileManager.default.temporaryDirectory.appending(path: "loksync-phone-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    store = try PartialShard(path: folder.appending(path: "store.sqlite").path, block: TestBlock.code)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// - Parameter pages: stops after so many, as a link that is cut does.
  func download(_ reader: ShardReader, own: TestDevice? = nil, pageBytes: Int = 300, pages: Int = .max) throws
  {
    let version = try reader.scopeVersion(of: device)
    let request = DownloadRequest(
      epoch: nil, after: cursor, scopeVersion: scopeVersion,
      have: version == scopeVersion ? [] : try store.heldCBOs())
    var place = DownloadCursor(device: device, request: request)
    var left = pages
    var change: DownloadPage.ScopeChange?
    while left > 0, let page = try reader.page(&place, maximumBytes: pageBytes) {
      left -= 1
      if let scope = page.scope {
        change = scope
        for cbo in scope.drop { try store.drop(cbo) }
      }
      if page.backfill == nil { #expect(page.previous == cursor) }
      for set in page.sets {
        let bytes = try #require(set.bytes ?? own?.sent[set.envelope.firstDeviceSeq])
        try store.apply(set.envelope, verdicts: set.verdicts, bytes: bytes)
      }
      for mark in page.chains { #expect(mark.matches(try store.chain(of: mark.cbo).chain)) }
      if page.backfill == nil { cursor = page.last }
      if page.isLast, let change { scopeVersion = change.version }
    }
  }

  func expectEqual(to reader: ShardReader) throws {
    let scope = try reader.scope(of: device).sorted()
    let server = try reader.digests(of: scope, for: device)
    let phone = try scope.map { try store.stateDigest(of: $0) }
    #expect(server == phone)
    let held = Set(try store.heldCBOs().map(\.cbo))
    #expect(held.isSubset(of: Set(scope)))
  }
}

struct PhoneConvergenceTests {
  @Test func `two phones write the same field unseen and all three end equal, the conflict explained`() throws
  {
    let block = try TestBlock()
    let maker = try block.register(.bookkeeperSHG)
    let group = try TestGroup.create(block, maker)
    let second = try block.register(.bookkeeperSHG, [.cbo(group.cbo)])
    func rename(_ device: TestDevice, _ name: String) throws -> CommandOutcome {
      let line = TestDevice.Line(entity: .cbo, record: group.cbo, patch: Patch([CBOField.name: .text(name)]))
      return try block.submit(try device.set(.records, group.cbo, [line]))
    }
    second.base = block.writer.head
    _ = try rename(maker, "Asha")
    second.clock = HybridTime(rawValue: maker.clock.rawValue + 1 << 30)
    let outcome = try rename(second, "Usha")
    #expect(try outcome.verdicts().changes.map(\.word) == [.merged])
    let conflict = try #require(try ShardInspector(path: block.path, block: TestBlock.code).conflicts().first)
    #expect(conflict.fieldName == "name")
    #expect(conflict.winner == "Usha")
    #expect(conflict.loser == "Asha")
    #expect(conflict.loserDevice == maker.number.rawValue)
    let reader = try block.reader()
    for device in [maker, second] {
      let phone = try TestPhone(device.number)
      try phone.download(reader, own: device)
      try phone.expectEqual(to: reader)
    }
    #expect(try block.verify() == [])
  }

  @Test func `a release caused in one CBO reaches a phone that holds only the other`() throws {
    let block = try TestBlock()
    let shg = try block.register(.bookkeeperSHG)
    let vo = try block.register(.bookkeeperVO)
    let federation = vo.nextID()
    let loan = vo.nextID(1)
    var group = try TestGroup.create(block, shg)
    let entry = TestGroup.entry(.voLoanReceived, 50_000, loan: loan)
    let waiting = try block.submit(try shg.set(.meeting, group.cbo, group.meeting([entry], cash: 0)))
    #expect(try waiting.verdicts().whole?.word == .waiting)
    #expect(try waiting.verdicts().whole?.record == loan)
    let phone = try TestPhone(shg.number)
    let reader = try block.reader()
    try phone.download(reader, own: shg)
    let before = try phone.store.stateDigest(of: group.cbo)
    let terms = Patch([LoanField.borrowerCBO: .id(group.cbo), LoanField.principalPaise: .integer(50_000)])
    let lines = [
      TestGroup.cboLine(.villageOrganisation, "Federation"),
      TestDevice.Line(entity: .loan, record: nil, patch: terms),
    ]
    #expect(try block.submit(try vo.set(.records, federation, lines)).verdicts() == .allAccepted)
    try phone.download(reader, own: shg)
    #expect(try phone.store.stateDigest(of: group.cbo) != before)
    #expect(try !phone.store.heldCBOs().map(\.cbo).contains(federation))
    try phone.expectEqual(to: reader)
    #expect(try ShardInspector(path: block.path, block: TestBlock.code).summary().meetings == 1)
    #expect(try block.verify() == [])
  }

  /// What happens to a phone's scope while it is away.
  enum Step: String, CaseIterable, Sendable { case grant, move, revoke, meeting }

  static let orders: [[Step]] = {
    func permutations(_ steps: [Step]) -> [[Step]] {
      steps.isEmpty
        ? [[]] : steps.flatMap { step in permutations(steps.filter { $0 != step }).map { [step] + $0 } }
    }
    return permutations(Step.allCases)
  }()

  @Test(arguments: orders, [1, 2, Int.max])
  func `grant, move and revoke while offline, in all orders and with cuts, end in equal digests`(
    _ order: [Step], _ pages: Int
  ) throws {
    let block = try TestBlock()
    let maker = try block.register(.bookkeeperVO)
    let reader = try block.reader()
    let here = maker.nextID()
    _ = try block.submit(
      try maker.set(.records, here, [TestGroup.cboLine(.villageOrganisation, "Here")]))
    let there = maker.nextID()
    _ = try block.submit(
      try maker.set(.records, there, [TestGroup.cboLine(.villageOrganisation, "There")]))
    var group = try TestGroup.create(block, maker, parent: here)
    let reading = try block.register(.viewer, [.cbo(there)])
    let phone = try TestPhone(reading.number)
    try phone.download(reader)
    try phone.expectEqual(to: reader)
    for step in order {
      maker.base = block.writer.head
      switch step {
      case .grant: _ = try block.submit(.scope(.init(device: reading.number, add: [.cbo(here)], drop: [])))
      case .revoke: _ = try block.submit(.scope(.init(device: reading.number, add: [], drop: [.cbo(here)])))
      case .move:
        let line = TestDevice.Line(
          entity: .cbo, record: group.cbo, patch: Patch([CBOField.parent: .id(there)]))
        _ = try block.submit(try maker.set(.records, group.cbo, [line]))
      case .meeting: _ = try block.submit(try maker.set(.meeting, group.cbo, group.savings(700)))
      }
      // Cut after so many pages; the last download below is whole.
      try phone.download(reader, pages: pages)
    }
    try phone.download(reader)
    try phone.expectEqual(to: reader)
    #expect(try phone.store.heldCBOs().map(\.cbo).contains(group.cbo))
  }
}
