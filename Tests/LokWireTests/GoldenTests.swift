import Foundation
import LokBooks
import LokWire
import Testing

/// Bytes that must never change: other implementations and stored journals rely on them. The text beside
/// each file says what is in it. `LOKSYNC_WRITE_GOLDEN=1` writes the files anew.
@Suite struct GoldenTests {
  @Test func `a meeting's set`() throws {
    try expect(try Golden.meeting.encoded(), "meeting-set.bin")
    #expect(try ChangeSet(decoding: read("meeting-set.bin")) == Golden.meeting)
  }

  @Test func `a frame`() throws {
    try expect(Golden.frame.encoded(), "frame.bin")
    #expect(try Frame(decoding: read("frame.bin")) == Golden.frame)
  }

  @Test func `a page`() throws {
    let page = try Golden.page()
    try expect(page.encoded(), "page.bin")
    #expect(try DownloadPage(decoding: read("page.bin")) == page)
  }

  @Test func `a receipt's signed bytes, with the leaf in it`() throws {
    try expect(try Golden.receipt(), "receipt.bin")
  }

  @Test func `a record's fields`() throws {
    try expect(RecordFields.encode(Golden.fields), "record-fields.bin")
    #expect(try RecordFields.decode(read("record-fields.bin")) == Golden.fields)
  }

  @Test func `a state digest`() throws {
    try expect(Golden.stateDigest(), "state-digest.bin")
  }

  @Test func `every signed layout, one behind the other`() throws {
    try expect(Golden.signed(), "signed-bytes.bin")
  }

  @Test func `the chains`() throws {
    let set = Hash.sha256(try Golden.meeting.encoded())
    let outbox = OutboxChain.next(after: OutboxChain.start, firstDeviceSeq: DeviceSeq(101), setHash: set)
    let cbo = CboChain.next(after: CboChain.start, leaf: try Golden.leaf())
    try expect(outbox + cbo, "chains.bin")
  }

  private func expect(_ bytes: [UInt8], _ name: String) throws {
    if ProcessInfo.processInfo.environment["LOKSYNC_WRITE_GOLDEN"] == "1" {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden")
      try Data(bytes).write(to: folder.appending(path: name))
    } else {
      #expect(bytes == (try read(name)), "\(name)")
    }
  }

  private func read(_ name: String) throws -> [UInt8] {
    let folder = try #require(Bundle.module.url(forResource: "Golden", withExtension: nil))
    return Array(try Data(contentsOf: folder.appending(path: name)))
  }
}

/// The values in the files.
enum Golden {
  static let block = BlockCode(900_001)
  static let epoch = Epoch([1, 2, 3, 4, 5, 6, 7, 8])!
  static let firstHLC = HybridTime(Timestamp(milliseconds: 1_767_225_600_000), counter: 3)

  /// One member present, saving 100 rupees; the meeting closes with them in hand.
  static var meeting: ChangeSet {
    let device = DeviceNumber(12)
    let member = Int64(12) << 32 | 2
    let patches: [(Entity, Patch)] = [
      (
        .meeting,
        Patch([
          .init(number: 1, value: .integer(7)), .init(number: 2, value: .integer(20_454)),
          .init(number: 3, value: .integer(1)), .init(number: 4, value: .integer(0)),
          .init(number: 5, value: .integer(10_000)),
        ])
      ),
      (
        .attendance, Patch([.init(number: 1, value: .integer(member)), .init(number: 2, value: .integer(1))])
      ),
      (
        .entry,
        Patch([
          .init(number: 1, value: .integer(1)), .init(number: 2, value: .integer(10_000)),
          .init(number: 3, value: .integer(member)), .init(number: 7, value: .text("बचत")),
          .init(number: 40, value: .unknown(wireType: 0, bytes: [0x96, 0x01])),
        ])
      ),
    ]
    return ChangeSet(
      kind: .meeting, cbo: RecordID(device: device, counter: 1), device: device,
      firstDeviceSeq: DeviceSeq(101), firstCounter: 345, baseSeq: Seq(77), firstHLC: firstHLC,
      sealNonce: 0x0102_0304_0506_0708, author: 2,
      changes: patches.enumerated().map { index, patch in
        Change(
          entity: patch.0, record: RecordID(device: device, counter: 345 + UInt32(index)), isNew: true,
          hlc: firstHLC.advanced(byMilliseconds: UInt64(index) * 1500), patch: patch.1)
      })
  }

  static let frame = Frame(
    call: 5, payload: Array("answer".utf8), end: true,
    status: Status(
      .outOfRange, .deviceSeqAhead, retryAfterMilliseconds: 250, next: .repair,
      nextDeviceSeq: DeviceSeq(104), block: block, arguments: [-1, 300]),
    deadline: .milliseconds(30_000))

  static let envelope = Envelope(
    seq: Seq(78), kind: .set, device: DeviceNumber(12), firstDeviceSeq: DeviceSeq(101), count: 3,
    received: Timestamp(milliseconds: 1_767_225_700_000), hlc: firstHLC, rules: .current)

  static let verdicts = Verdicts(
    whole: Verdict(.flagged, .openingCashDiffers, arguments: [0, 5_000])
  )

  static func leaf() throws -> [UInt8] {
    Leaf.hash(
      block: block, envelope: envelope, setHash: Hash.sha256(try meeting.encoded()),
      verdicts: verdicts.encoded())
  }

  static func page() throws -> DownloadPage {
    var own = envelope
    own.seq = Seq(79)
    own.firstDeviceSeq = DeviceSeq(104)
    return DownloadPage(
      epoch: epoch, previous: Seq(77), last: Seq(80),
      sets: [
        StoredSet(envelope: envelope, verdicts: verdicts.encoded(), bytes: try meeting.encoded()),
        StoredSet(envelope: own, verdicts: [], bytes: nil),
      ],
      chains: [.init(cbo: meeting.cbo, chain: CboChain.next(after: CboChain.start, leaf: try leaf()))],
      scope: .init(version: 0x0A0B_0C0D, add: [meeting.cbo], drop: [RecordID(rawValue: 5)]),
      isLast: true)
  }

  static func receipt() throws -> [UInt8] {
    SignedBytes.receipt(
      block: block, epoch: epoch,
      leaves: [(seq: Seq(78), leaf: try leaf()), (seq: Seq(79), leaf: Array(repeating: 0xAB, count: 32))])
  }

  static let fields: [FieldState] = [
    .integer(-5), .text("गाँव"), .bytes([0, 0xFF]), .unknown(wireType: 2, bytes: [1, 0x41]),
  ].enumerated().map { index, value in
    FieldState(
      number: UInt32(index + 1), value: value, hlc: firstHLC, device: DeviceNumber(12),
      deviceSeq: DeviceSeq(101 + UInt64(index)), seq: Seq(78))
  }

  static func stateDigest() -> [UInt8] {
    var digest = StateDigest(rules: .current, cbo: meeting.cbo)
    digest.record(
      RecordID(device: DeviceNumber(12), counter: 2), entity: .member, seq: Seq(70),
      fields: RecordFields.encode(fields))
    digest.balance(account: 1_001, subLedger: 0, paise: Paise(10_000))
    digest.balance(account: 2_001, subLedger: 12 << 32 | 2, paise: Paise(-10_000))
    digest.setAside(seq: Seq(78), index: -1, word: .flagged, reason: .openingCashDiffers)
    return digest.finish()
  }

  static func signed() -> [UInt8] {
    let key = PublicKey(type: .ed25519, bytes: Array(repeating: 0x11, count: 32))
    let hash = Array(repeating: 0x22 as UInt8, count: 32)
    return SignedBytes.session(
      nonce: Array(0..<16), block: block, device: DeviceNumber(12), outboxLast: DeviceSeq(103), chain: hash)
      + SignedBytes.registration(block: block, code: "900001-ABCDE-FGHJK", key: key)
      + SignedBytes.reenrolment(block: block, oldDevice: DeviceNumber(12), newKey: key)
      + SignedBytes.head(
        block: block, epoch: epoch, size: Seq(78), root: hash,
        time: Timestamp(milliseconds: 1_767_225_700_000))
      + SignedBytes.bundle(
        CarryRequest(
          block: block, device: DeviceNumber(12), outboxLast: DeviceSeq(103), outboxChain: hash,
          replyKey: Array(repeating: 0x33, count: 32), contentHash: Array(repeating: 0x44, count: 32),
          signature: []), serverKey: key.bytes)
      + SignedBytes.answer(block: block, device: DeviceNumber(12), content: Array("frames".utf8))
  }
}
