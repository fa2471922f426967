import LokBooks
import LokTestSupport
import LokWire
import Testing

@Suite struct CompressionTests {
  /// Twelve members present, each saving 100 rupees.
  private static func meeting() throws -> [UInt8] {
    let device = DeviceNumber(12)
    let members = (2...13).map { Int64(12) << 32 | Int64($0) }
    let attendance: [(Entity, [(Int, Int64)])] = members.map { member in
      (Entity.attendance, [(1, member), (2, member % 5 == 0 ? 0 : 1)])
    }
    let savings: [(Entity, [(Int, Int64)])] = members.map { (Entity.entry, [(1, 1), (2, 10_000), (3, $0)]) }
    let lines: [(Entity, [(Int, Int64)])] = [
      (Entity.meeting, [(1, 7), (2, 20_454), (3, 1), (4, 250_000), (5, 370_000)])
    ]
    let set = ChangeSet(
      kind: .meeting, cbo: RecordID(device: device, counter: 1), device: device,
      firstDeviceSeq: DeviceSeq(101), firstCounter: 345, baseSeq: Seq(77), firstHLC: Golden.firstHLC,
      changes: (lines + attendance + savings).enumerated().map { index, line in
        Change(
          entity: line.0, record: RecordID(device: device, counter: 345 + UInt32(index)), isNew: true,
          hlc: Golden.firstHLC,
          patch: Patch(line.1.map { .init(number: UInt32($0.0), value: .integer($0.1)) }))
      })
    return try set.encoded()
  }

  @Test func payloadsComeBackAsTheyWere() throws {
    for effort in [PayloadEffort.fast, .small] {
      for payload in [try Self.meeting(), Array(repeating: 7, count: 60_000), []] {
        let frame = Frame(call: 5, method: .upload, payload: payload, keys: [1, 2, 3], end: true)
        #expect(try Frame(decoding: frame.encoded(compressing: effort)) == frame)
      }
    }
  }

  @Test func `what repeats bytes that the reader has costs little, and is nothing without them`() throws {
    let known = try Self.meeting()
    // Keys do not press: only as a repetition.
    var random = SeededGenerator(seed: 9)
    let secret = (0..<600).map { _ in UInt8.random(in: 0...255, using: &random) }
    let plain = known + secret + known.reversed() + secret
    let packed = try #require(PayloadCompression.compressed(plain, after: known + secret))
    #expect(packed.count * 8 < plain.count)
    #expect(try PayloadCompression.expanded(packed, to: plain.count, after: known + secret) == plain)
    #expect((try? PayloadCompression.expanded(packed, to: plain.count, after: known)) != plain)
    #expect(throws: WireError.undecodable) {
      try PayloadCompression.expanded(packed, to: plain.count - 1, after: known + secret)
    }
    for place in packed.indices {
      var damaged = packed
      damaged[place] ^= 0x81
      _ = try? PayloadCompression.expanded(damaged, to: plain.count, after: known + secret)
    }
    // Contexts are shared: what comes next is pressed with the dictionary as before.
    let before = PayloadCompression.compressed(known, .small)
    _ = PayloadCompression.compressed(plain, after: known)
    #expect(PayloadCompression.compressed(known, .small) == before)
  }

  @Test func aMeetingShrinksAndWhatWouldGrowGoesAsItIs() throws {
    let meeting = Frame(call: 1, payload: try Self.meeting())
    let plain = meeting.encoded().count
    #expect(meeting.encoded(compressing: .small).count * 2 < plain)
    #expect(meeting.encoded(compressing: .fast).count * 2 < plain)
    var generator = SeededGenerator(seed: 3)
    let noise = Frame(call: 1, payload: generator.bytes(64))
    #expect(noise.encoded(compressing: .small) == noise.encoded())
  }

  /// An attacker who chooses what stands beside a key could guess it from the size of what is compressed.
  @Test func keysNeverShareACompressionContext() throws {
    var generator = SeededGenerator(seed: 4)
    let key = generator.bytes(32)
    let set = UploadSet(
      count: 1, bytes: key + key, keys: [WrappedKey(member: RecordID(rawValue: 1 << 32 | 1), wrapped: key)])
    let request = UploadRequest(firstDeviceSeq: DeviceSeq(1), sets: [set])
    let without = UploadRequest(
      firstDeviceSeq: DeviceSeq(1), sets: [UploadSet(count: 1, bytes: key + key)])
    #expect(request.encoded() == without.encoded())
    let keys = try #require(request.encodedKeys())
    let frame = Frame(call: 1, payload: request.encoded(), keys: keys).encoded(compressing: .small)
    #expect(frame.indices.contains { frame[$0...].starts(with: keys) })
  }

  @Test func keysComeBackWithTheirSetsAndPages() throws {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<50 {
      let request = generator.uploadRequest()
      #expect(try UploadRequest(decoding: request.encoded(), keys: request.encodedKeys()) == request)
      let page = generator.downloadPage()
      #expect(try DownloadPage(decoding: page.encoded(), keys: page.encodedKeys()) == page)
    }
  }

  @Test func aKeyOfASetThatIsNotThereIsRefused() throws {
    let key = WrappedKey(member: RecordID(rawValue: 1 << 32 | 1), wrapped: [1])
    let sets = [UploadSet(count: 1, bytes: [1]), UploadSet(count: 1, bytes: [2], keys: [key])]
    let keys = UploadRequest(firstDeviceSeq: DeviceSeq(1), sets: sets).encodedKeys()
    let fewer = UploadRequest(firstDeviceSeq: DeviceSeq(1), sets: [UploadSet(count: 1, bytes: [1])])
    #expect(throws: WireError.outOfRange(field: "key.set")) {
      try UploadRequest(decoding: fewer.encoded(), keys: keys)
    }
  }

  @Test func damagedPayloadsAreErrorsAndNeverMoreThanDeclared() throws {
    let plain = try Self.meeting()
    let packed = try #require(PayloadCompression.compressed(plain, .small))
    #expect(try PayloadCompression.expanded(packed, to: plain.count, dictionary: 1) == plain)
    for count in [0, plain.count - 1, plain.count + 1] {
      #expect(throws: WireError.self) {
        try PayloadCompression.expanded(packed, to: count, dictionary: 1)
      }
    }
    for length in 0..<packed.count {
      #expect(throws: WireError.self) {
        try PayloadCompression.expanded(Array(packed.prefix(length)), to: plain.count, dictionary: 1)
      }
    }
    #expect(throws: WireError.overLimit(actual: .max, limit: WireLimits.frameBytesMaximum)) {
      try PayloadCompression.expanded(packed, to: .max, dictionary: 1)
    }
    #expect(throws: WireError.unknownValue(field: "dictionary")) {
      try PayloadCompression.expanded(packed, to: plain.count, dictionary: 2)
    }
  }
}
