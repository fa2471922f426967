import LokBooks
import LokTestSupport
import LokWire
import Testing

@Suite struct CodecTests {
  @Test(arguments: MessageCase.all)
  func `a value comes back as it was written`(message: MessageCase) throws {
    for seed in UInt64(1)...200 {
      var generator = SeededGenerator(seed: seed)
      _ = try message.roundTrip(&generator)
    }
  }

  @Test(arguments: MessageCase.all)
  func `a message cut off anywhere is a value or an error`(message: MessageCase) throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<5 {
      let bytes = try message.roundTrip(&generator)
      for length in bytes.indices { try? message.decode(Array(bytes[..<length])) }
    }
  }

  @Test(arguments: MessageCase.all)
  func `garbage is a value or an error`(message: MessageCase) throws {
    for seed in UInt64(1)...2_000 {
      var generator = SeededGenerator(seed: seed)
      try? message.decode(generator.list(upTo: 200) { $0.bytes(1)[0] })
      var bytes = try message.roundTrip(&generator)
      guard !bytes.isEmpty else { continue }
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = generator.bytes(1)[0]
      }
      try? message.decode(bytes)
    }
  }

  @Test(arguments: MessageCase.all)
  func `a message above its limit is refused unread`(message: MessageCase) {
    #expect(throws: WireError.overLimit(actual: message.limit + 1, limit: message.limit)) {
      try message.decode(Array(repeating: 0, count: message.limit + 1))
    }
  }

  @Test(arguments: MessageCase.all)
  func `a message of no bytes names what it lacks, or is the empty value`(message: MessageCase) {
    let lacking: [String: String] = [
      "RegisterRequest": "key_type", "RegisterReply": "role",
      "SignedHead": "epoch", "Acknowledgement": "signature", "Command": "command",
      "OperatorRequest": "request", "Resolution": "word", "ChangeSet": "kind",
      "CarryRequest": "outbox_chain", "PutBlobRequest": "sha256", "GetBlobRequest": "sha256",
    ]
    do throws(WireError) {
      try message.decode([])
      #expect(lacking[message.testDescription] == nil)
    } catch {
      #expect(lacking[message.testDescription].map { WireError.missingField($0) } == error)
    }
  }

  @Test func `a frame of a newer peer is read as far as it is known`() throws {
    let known = Frame(call: 5, payload: [1], status: Status(.notFound, .blockUnknown))
    let newer: [UInt8] = [0xF8, 0x07, 1, 0xFA, 0x07, 2, 9, 9, 0xFD, 0x07, 1, 2, 3, 4]
    #expect(try Frame(decoding: known.encoded() + newer) == known)
  }

  @Test func `a field that comes twice counts as it came last, a message is merged`() throws {
    let first = Frame(call: 5, status: Status(.notFound, nextDeviceSeq: DeviceSeq(3))).encoded()
    let second = Frame(call: 7, status: Status(.aborted)).encoded()
    let merged = Frame(call: 7, status: Status(.aborted, nextDeviceSeq: DeviceSeq(3)))
    #expect(try Frame(decoding: first + second) == merged)
  }

  @Test func `a newer peer's method, code, reason and action are no broken frame`() throws {
    let status: [UInt8] = [0x08, 99, 0x10, 0xE7, 0x07, 0x20, 9]
    let frame = try Frame(decoding: [0x08, 1, 0x10, 77, 0x2A, UInt8(status.count)] + status)
    #expect(frame.method == 77)
    #expect(frame.status == Status(.unknown))
  }
}
