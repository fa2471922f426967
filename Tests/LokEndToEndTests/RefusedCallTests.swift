import LokBooks
import LokServer
import LokWire
import Testing

/// Refused, the connection kept: the second class of bad input, but for final refusals.
@Suite struct RefusedCallTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var code: StatusCode
    var reason: Reason
    /// What the journal grows by.
    var rows: UInt64
    var misdeed: @Sendable (Cast, Wire) async throws -> Heard

    init(
      _ name: String, _ code: StatusCode, _ reason: Reason, rows: UInt64 = 0,
      _ misdeed: @escaping @Sendable (Cast, Wire) async throws -> Heard
    ) {
      testDescription = name
      self.code = code
      self.reason = reason
      self.rows = rows
      self.misdeed = misdeed
    }
  }

  // What a known device asks on a connection on which it has said Hello.
  static let calls: [Row] = [
    Row("an unknown call", .unimplemented, .unknownMethod) { _, wire in
      var frame = Frame(call: wire.nextCall(), payload: [1, 2, 3], end: true)
      frame.method = 4_711
      wire.send(frame.encoded())
      return try await wire.answer()
    },
    Row("an operator's call on the network", .unimplemented, .unknownMethod) { cast, wire in
      try await wire.ask(.operate, OperatorRequest.revoke(Bench.block, cast.phone.device).encoded())
    },
    Row("a request that is none of its call's", .invalidArgument, .badRequest) { _, wire in
      try await wire.ask(.download, [0xFF, 0xFF])
    },
    Row("a set of another device", .permissionDenied, .foreignDevice) { cast, wire in
      var phone = cast.phone
      let set = try phone.group("Asha", from: cast.other.device)
      let request = phone.write(try set.encoded(), count: 1)
      _ = try await wire.ask(.hello, phone.hello().encoded())
      return try await wire.ask(.upload, request.encoded())
    },
    Row("sets beyond what was signed in Hello", .failedPrecondition, .beyondCommitment) { cast, wire in
      var phone = cast.phone
      return try await wire.ask(.upload, phone.writeGroup("Asha").encoded())
    },
    Row("a number beyond the next expected", .outOfRange, .deviceSeqAhead) { cast, wire in
      var phone = cast.phone
      _ = try phone.writeGroup("Asha")
      let second = try phone.writeGroup("Usha")
      _ = try await wire.ask(.hello, phone.hello().encoded())
      let heard = try await wire.ask(.upload, second.encoded())
      #expect(heard.status?.nextDeviceSeq == DeviceSeq(1))
      return heard
    },
    // One row for the set that stands, one for what is kept in quarantine.
    Row("a number used again with other bytes", .alreadyExists, .idReused, rows: 2) { cast, wire in
      var phone = cast.phone
      let stands = try phone.writeGroup("Asha")
      var twin = cast.phone
      let other = try twin.writeGroup("Usha")
      _ = try await wire.ask(.hello, phone.hello().encoded())
      let first = try await wire.ask(.upload, stands.encoded())
      #expect(first.status == nil)
      return try await wire.ask(.upload, other.encoded())
    },
    Row("numbers that overlap", .alreadyExists, .idReused, rows: 2) { cast, wire in
      var phone = cast.phone
      let stands = phone.write(try cast.phone.pair().encoded(), count: 2)
      _ = try await wire.ask(.hello, phone.hello().encoded())
      let first = try await wire.ask(.upload, stands.encoded())
      #expect(first.status == nil)
      var overlapping = try phone.group("Usha")
      overlapping.firstDeviceSeq = DeviceSeq(2)
      let set = UploadSet(count: 1, bytes: try overlapping.encoded())
      return try await wire.ask(
        .upload, UploadRequest(firstDeviceSeq: DeviceSeq(2), sets: [set]).encoded())
    },
  ]

  @Test(.timeLimit(.minutes(1)), arguments: calls)
  func `a device's call is refused, its connection kept, and others go on`(_ row: Row) async throws {
    let bench = try await Bench()
    var witness = try await Witness(bench)
    let cast = try await Cast(bench)
    let wire = try await bench.line(cast.phone)
    try await bench.expect(rows: row.rows, witness: &witness) { witness in
      let heard = try await row.misdeed(cast, wire)
      #expect(heard.status?.code == row.code && heard.reason == row.reason, "\(heard)")
      try await witness.upload()
      let head = try await wire.ask(.head)
      #expect(head.status == nil)
    }
    await bench.end()
  }

  // What a stranger brings as a code, for a key that has never been seen.
  static let codes: [Row] = [
    Row("a used code", .alreadyExists, .codeUsed) { cast, wire in
      try await wire.ask(.register, FramePhone(key: 9).register(code: cast.usedCode).encoded())
    },
    Row("an expired code", .failedPrecondition, .codeExpired) { cast, wire in
      cast.bench.letDaysPass(2)
      defer { cast.bench.letDaysPass(-2) }
      return try await wire.ask(.register, FramePhone(key: 9).register(code: cast.code).encoded())
    },
    Row("another block's code", .notFound, .codeUnknown) { cast, wire in
      try await wire.ask(.register, FramePhone(key: 9).register(code: cast.foreignCode).encoded())
    },
    Row("a code that nobody gave", .notFound, .codeUnknown) { _, wire in
      try await wire.ask(.register, FramePhone(key: 9).register(code: "900001-ABCDE-FGHJK").encoded())
    },
    Row("a code that is none", .notFound, .codeUnknown) { _, wire in
      try await wire.ask(.register, FramePhone(key: 9).register(code: "🪙").encoded())
    },
  ]

  @Test(.timeLimit(.minutes(1)), arguments: codes)
  func `a code is refused, its connection kept, and others go on`(_ row: Row) async throws {
    let bench = try await Bench()
    var witness = try await Witness(bench)
    let cast = try await Cast(bench)
    try await bench.expect(rows: 0, witness: &witness) { witness in
      let wire = try await bench.wire()
      let heard = try await row.misdeed(cast, wire)
      #expect(heard.status?.code == row.code && heard.reason == row.reason, "\(heard)")
      try await witness.upload()
      let hello = try await wire.ask(.hello, cast.phone.hello().encoded())
      #expect(hello.status == nil)
    }
    await bench.end()
  }
}
