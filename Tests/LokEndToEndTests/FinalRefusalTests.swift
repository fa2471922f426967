import LokBooks
import LokDevice
import LokShard
import LokWire
import Testing

/// A final refusal consumes the set's numbers and tells the bookkeeper why: the rest of the second class.
@Suite struct FinalRefusalTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// As the phone says it.
    var words: String
    /// The set's bytes and its count.
    var build: @Sendable (Place) throws -> (bytes: [UInt8], count: Int)

    init(
      _ name: String, _ words: String,
      _ build: @escaping @Sendable (Place) throws -> (bytes: [UInt8], count: Int)
    ) {
      testDescription = name
      self.words = words
      self.build = build
    }
  }

  /// Where a set goes: what its numbers are, and the groups it may name.
  struct Place: Sendable {
    var device: DeviceNumber
    var next: DeviceSeq
    var counter: UInt32
    /// Outside the phone's scope.
    var foreign: RecordID

    /// A new group, or more of them than a set holds.
    func group(_ name: String, changes: Int = 1, more: [Patch.Field] = []) -> ChangeSet {
      let hlc = HybridTime(Bench.now)
      let cbo = RecordID(device: device, counter: counter)
      let fields: [Patch.Field] = [
        .init(number: CBOField.tier, value: .integer(1)), .init(number: CBOField.name, value: .text(name)),
        .init(number: CBOField.formationDay, value: .integer(19_000)),
      ]
      let first = Change(entity: .cbo, record: cbo, isNew: true, hlc: hlc, patch: Patch(fields + more))
      let rename = Change(
        entity: .cbo, record: cbo, isNew: false, hlc: hlc,
        patch: Patch([.init(number: CBOField.meetingEveryDays, value: .integer(7))]))
      return ChangeSet(
        kind: .records, cbo: cbo, device: device, firstDeviceSeq: next, firstCounter: counter, baseSeq: .zero,
        firstHLC: hlc, changes: [first] + Array(repeating: rename, count: changes - 1))
    }
  }

  static let rows: [Row] = [
    Row("a CBO never in scope", "cbo never in scope") { place in
      var set = place.group("Asha")
      set.cbo = place.foreign
      set.changes = [
        Change(
          entity: .cbo, record: place.foreign, isNew: false, hlc: set.firstHLC,
          patch: Patch([.init(number: CBOField.name, value: .text("Usha"))]))
      ]
      return (try set.encoded(), 1)
    },
    Row("a role that may not write it", "role may not write") { place in
      var set = place.group("Asha")
      set.kind = .decision
      return (try set.encoded(), 1)
    },
    Row("what is no set", "undecodable") { _ in ([0xFF, 0xFF, 0xFF, 0xFF], 3) },
    Row("text that is not UTF-8", "bad text") { try damaged($0, by: [0xC3, 0x28]) },
    Row("text with a NUL", "bad text") { try damaged($0, by: [0, 0]) },
    Row("2,001 changes", "too many changes") { place in
      // The library's own encoder stops at 2,000: one empty change more (field 11) is written by hand.
      (try place.group("Asha", changes: 2_000).encoded() + [11 << 3 | 2, 0], 2_001)
    },
    Row("above 256 KiB", "set too large") { place in
      let long = varint(262_144) + [UInt8](repeating: 7, count: 262_144)
      let newer = Patch.Field(number: 900, value: .unknown(wireType: 2, bytes: long))
      return (try place.group("Asha", more: [newer]).encoded(), 1)
    },
    Row("twelve digits of an Aadhaar in a name", "contains aadhaar") {
      (try $0.group("Asha 2341 2341 2346").encoded(), 1)
    },
    Row("a count that is not its own", "count differs") { (try $0.group("Asha").encoded(), 4) },
    Row("a block's own resolution", "role may not write") { place in
      var set = place.group("Asha")
      set.kind = .server
      return (try set.encoded(), 1)
    },
  ]

  private static func damaged(_ place: Place, by bytes: [UInt8]) throws -> (bytes: [UInt8], count: Int) {
    var set = try place.group("Ashaqq").encoded()
    let start = try #require(set.indices.dropLast().first { set[$0...].starts(with: Array("qq".utf8)) })
    set.replaceSubrange(start..<start + 2, with: bytes)
    return (set, 1)
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  @Test(.timeLimit(.minutes(1)), arguments: rows)
  func `is refused for good and shown, and the next set is accepted`(_ row: Row) async throws {
    let bench = try await Bench()
    var witness = try await Witness(bench)
    try await witness.upload()
    try await witness.upload()
    let (own, foreign) = (witness.groups[0], witness.groups[1])
    let phone = try await bench.enrolled("asha.sqlite", .bookkeeperSHG, [.cbo(own)])
    let device = try await phone.with { store, _ in try store.identity().number }
    let shown = "1 set aside: \(row.words)"
    try await bench.expect(rows: 1, witness: &witness) { witness in
      try await phone.plant(cbo: foreign) { next, counter in
        try row.build(Place(device: device, next: next, counter: counter, foreign: foreign))
      }
      try await phone.expectDone()
      let status = try await phone.status().text
      #expect(status == "0 unsent / 0 stored / 0 committed / \(shown)")
      try await witness.upload()
    }
    // The next set is accepted; then both go up once more, and nothing is doubled.
    try await bench.expect(rows: 1, witness: &witness) { _ in
      _ = try await phone.with { store, now in
        try store.createCBO(
          CBODraft(tier: .selfHelpGroup, name: "Usha", formationDay: Village.formed), at: now)
      }
      try await phone.expectDone()
      try await phone.forgetAnswers()
      let again = try await phone.sync()
      #expect(again.outcome == .done && again.setsSent == 2)
      let status = try await phone.status().text
      #expect(status == "0 unsent / 0 stored / 1 committed / \(shown)")
    }
    let refused = try bench.inspector().summary().refused
    #expect(refused == 1)
    await bench.end()
  }
}
