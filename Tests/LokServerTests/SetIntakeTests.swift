import LokBooks
import LokServer
import LokWire
import Testing

/// What becomes of a set before the intake.
@Suite struct SetIntakeTests {
  private static let device = DeviceNumber(5)

  private static func set(
    changes: Int = 1, name: String = "Asha", kind: ChangeSet.Kind = .records, first: UInt64 = 7,
    device: DeviceNumber = device
  ) throws -> [UInt8] {
    let cbo = RecordID(device: device, counter: 1)
    let change = Change(
      entity: .cbo, record: cbo, isNew: false, hlc: HybridTime(.sometime),
      patch: Patch([.init(number: 2, value: .text(name))]))
    return try ChangeSet(
      kind: kind, cbo: cbo, device: device, firstDeviceSeq: DeviceSeq(first), firstCounter: 1, baseSeq: .zero,
      firstHLC: HybridTime(.sometime), changes: Array(repeating: change, count: changes)
    ).encoded()
  }

  /// The name's bytes replaced after encoding: what no library of ours would write.
  private static func spoiled(_ byte: UInt8) throws -> [UInt8] {
    var bytes = try set(name: "Asha")
    let place = try #require(bytes.lastIndex(of: UInt8(ascii: "A")))
    bytes[place] = byte
    return bytes
  }

  /// A whole change of another set, so often.
  private static func tooMany() throws -> [UInt8] {
    let one = try set(changes: 1)
    let two = try set(changes: 2)
    let change = two.suffix(two.count - one.count)
    return one + Array(repeating: Array(change), count: WireLimits.changesPerSet).flatMap { $0 }
  }

  static var rows: [(String, [UInt8], UInt32, Reason?)] {
    get throws {
      [
        ("as it should be", try set(), 1, nil),
        ("no message", [0xFF, 0xFF], 4, .undecodable),
        ("nothing", [], 1, .undecodable),
        ("no UTF-8", try spoiled(0xFE), 1, .badText),
        ("a NUL", try spoiled(0), 1, .badText),
        ("2,001 changes", try tooMany(), 2_001, .tooManyChanges),
        ("too large", [UInt8](repeating: 0, count: WireLimits.setBytes + 1), 1, .setTooLarge),
        ("another count", try set(changes: 2), 1, .countDiffers),
        ("another number", try set(first: 8), 1, .countDiffers),
        ("an Aadhaar number", try set(name: "Asha 2345 6789 0124"), 1, .containsAadhaar),
        ("in Devanagari", try set(name: "आशा २३४५ ६७८९ ०१२४"), 1, .containsAadhaar),
        ("twelve other digits", try set(name: "Asha 2345 6789 0125"), 1, nil),
        ("the block's own kind", try set(kind: .server), 1, .roleMayNotWrite),
      ]
    }
  }

  @Test(arguments: try rows)
  func `a set is taken or refused for good`(
    _ name: String, _ bytes: [UInt8], _ count: UInt32, _ expected: Reason?
  ) throws {
    let item = try SetIntake.read(
      UploadSet(count: count, bytes: bytes), at: DeviceSeq(7), from: Self.device)
    var reason: Reason?
    if case .refused(let found, _) = item.content { reason = found }
    #expect(reason == expected, "\(name)")
    #expect(item.count == count && item.hash == Hash.sha256(bytes))
  }

  @Test func `another device's set is refused and uses up nothing`() throws {
    let bytes = try Self.set(device: DeviceNumber(6))
    let error = #expect(throws: Status.self) {
      try SetIntake.read(UploadSet(count: 1, bytes: bytes), at: DeviceSeq(7), from: Self.device)
    }
    #expect(error?.code == .permissionDenied && error?.reason == .foreignDevice)
  }

  @Test func `only keys of this device's own members go on`() throws {
    let mine = WrappedKey(member: RecordID(device: Self.device, counter: 4), wrapped: [1])
    let theirs = WrappedKey(member: RecordID(device: DeviceNumber(6), counter: 4), wrapped: [1])
    let endless = WrappedKey(
      member: RecordID(device: Self.device, counter: 5), wrapped: [UInt8](repeating: 1, count: 70_000))
    let item = try SetIntake.read(
      UploadSet(count: 1, bytes: Self.set(), keys: [mine, theirs, endless]), at: DeviceSeq(7),
      from: Self.device)
    #expect(item.keys == [mine])
  }

  @Test(
    arguments: [(0 as UInt64, 1 as UInt32), (1, 0), (UInt64.max, 1), (UInt64(Int64.max), 1)]
      as [(UInt64, UInt32)])
  func `numbers that are none end the upload`(_ first: UInt64, _ count: UInt32) throws {
    let bytes = try Self.set()
    #expect(throws: Status.self) {
      try SetIntake.read(UploadSet(count: count, bytes: bytes), at: DeviceSeq(first), from: Self.device)
    }
  }
}
