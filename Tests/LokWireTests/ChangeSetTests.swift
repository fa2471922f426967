import LokBooks
import LokTestSupport
import LokWire
import Testing

@Suite struct ChangeSetTests {
  @Test func `new records get their ids from their places, named ones keep theirs`() throws {
    // kind RECORDS, device 3, first_counter 5; entity VILLAGE: new, record 9, new.
    let set: [UInt8] = [0x08, 2, 0x18, 3, 0x28, 5] + change([]) + change([0x10, 9]) + change([])
    let changes = try ChangeSet(decoding: set).changes
    #expect(changes.map(\.record.description) == ["3-5", "0-9", "3-6"])
    #expect(changes.map(\.isNew) == [true, false, true])
  }

  @Test func `who begins in a set is known without decoding it`() throws {
    var random = SeededGenerator(seed: 5)
    var found = 0
    for _ in 0..<500 {
      let set = random.changeSet()
      let members = set.changes.filter { $0.isNew && $0.entity == .member }.map(\.record)
      #expect(try ChangeSet.newRecords(of: .member, in: set.encoded()) == members)
      found += members.count
    }
    #expect(found > 0)
    #expect(throws: WireError.self) { try ChangeSet.newRecords(of: .member, in: change([]) + [0xFF]) }
  }

  @Test func `each change's clock counts on from the one before`() throws {
    let first: [UInt8] = [0x41, 0x07, 0, 0xE8, 0x03, 0, 0, 0, 0]  // 1000 ms, counter 7
    let set: [UInt8] = [0x08, 2] + first + change([0x18, 2]) + change([]) + change([0x18, 5])
    let clocks = try ChangeSet(decoding: set).changes.map(\.hlc)
    #expect(clocks.map(\.timestamp.milliseconds) == [1002, 1002, 1007])
    #expect(clocks.allSatisfy { $0.rawValue & 0xFFFF == 7 })
    #expect(ChangeSet.firstHLC(in: set)?.timestamp.milliseconds == 1000)
  }

  @Test func `more than 2,000 changes are refused before they are decoded`() throws {
    let atLimit: [UInt8] = [0x08, 2] + Array(repeating: change([]), count: 2_000).flatMap(\.self)
    #expect(try ChangeSet(decoding: atLimit).changes.count == 2_000)
    let error = WireError.tooManyChanges(actual: 2_001, limit: 2_000)
    #expect(throws: error) { try ChangeSet(decoding: atLimit + change([])) }
    #expect(error.reason == .tooManyChanges && error.arguments == [2_001, 2_000])
    let empty: [UInt8] = [0x5A, 0]
    #expect(throws: WireError.tooManyChanges(actual: 131_000, limit: 2_000)) {
      try ChangeSet(decoding: Array(repeating: empty, count: 131_000).flatMap(\.self))
    }
  }

  @Test func `a counter beyond 32 bits is refused`() throws {
    let last: [UInt8] = [0x08, 2, 0x28, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F] + change([])
    #expect(try ChangeSet(decoding: last).changes.first?.record.counter == .max)
    #expect(throws: WireError.outOfRange(field: "first_counter")) {
      try ChangeSet(decoding: last + change([]))
    }
  }

  @Test func `what would leave SQLite's 64 bits is refused`() {
    let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
    for (tag, field) in [(0x10, "cbo"), (0x20, "first_device_seq"), (0x30, "base_seq")] as [(UInt8, String)] {
      #expect(throws: WireError.outOfRange(field: field)) {
        try ChangeSet(decoding: [0x08, 2, tag] + huge)
      }
    }
    #expect(throws: WireError.outOfRange(field: "device")) {
      try ChangeSet(decoding: [0x08, 2, 0x18] + huge)
    }
    #expect(throws: WireError.outOfRange(field: "change.record")) {
      try ChangeSet(decoding: [0x08, 2] + change([0x10] + huge))
    }
    #expect(throws: WireError.outOfRange(field: "first_hlc")) {
      try ChangeSet(decoding: [0x08, 2, 0x41] + Array(repeating: 0xFF, count: 8))
    }
  }

  @Test func `a kind that is not known is refused, an entity that is not known is kept`() throws {
    #expect(throws: WireError.unknownValue(field: "kind")) { try ChangeSet(decoding: [0x08, 9]) }
    let change: [UInt8] = [0x08, 77, 0x22, 2, 0x08, 5]
    let set = try ChangeSet(decoding: [0x08, 2, 0x5A, UInt8(change.count)] + change)
    #expect(set.changes.first?.patch[1] == .unknown(wireType: 0, bytes: [5]))
  }

  @Test func `a set whose implied values differ is not written`() {
    func set(record: RecordID, hlc: HybridTime) -> ChangeSet {
      ChangeSet(
        kind: .records, cbo: .blockBook, device: DeviceNumber(3), firstDeviceSeq: DeviceSeq(1),
        firstCounter: 5, baseSeq: .zero, firstHLC: HybridTime(rawValue: 1 << 20),
        changes: [Change(entity: .village, record: record, isNew: true, hlc: hlc, patch: Patch())])
    }
    let id = RecordID(device: DeviceNumber(3), counter: 5)
    #expect(throws: Never.self) { try set(record: id, hlc: HybridTime(rawValue: 1 << 20)).encoded() }
    #expect(throws: WireError.outOfRange(field: "change.record")) {
      try set(record: RecordID(rawValue: 1), hlc: HybridTime(rawValue: 1 << 20)).encoded()
    }
    for clock: UInt64 in [1 << 20 + 1, 1 << 19, 1 << 62] {
      #expect(throws: WireError.outOfRange(field: "change.hlc_step_ms")) {
        try set(record: id, hlc: HybridTime(rawValue: clock)).encoded()
      }
    }
  }

  @Test func `a resolution travels as a set of the block itself`() throws {
    let resolution = Resolution(
      target: Seq(41), index: nil,
      verdict: Verdict(index: 3, .flagged, .closingCashDiffers, arguments: [-1, 500]), cause: Seq(44))
    let bytes = ResolutionSet.encoded(resolution, cbo: RecordID(rawValue: 9))
    let back = try ResolutionSet.decode(bytes)
    #expect(back.resolution == resolution && back.cbo == RecordID(rawValue: 9))
    let set = try ChangeSet(decoding: bytes)
    #expect(set.kind == .server && set.device == .block && set.changes.map(\.entity) == [.resolution])
    #expect(set.changes.first?.patch.integer(1) == 41)
    #expect(try ResolutionSet.decode(set.encoded()).resolution == resolution)
    #expect(throws: WireError.unknownValue(field: "kind")) { try ResolutionSet.decode([0x08, 1]) }
  }

  /// A change of entity VILLAGE with these fields more.
  private func change(_ fields: [UInt8]) -> [UInt8] { [0x5A, UInt8(2 + fields.count), 0x08, 1] + fields }
}
