import LokBooks
import LokServer
import LokTransport
import LokWire
import Testing

/// Closed, nothing stored: the first class of bad input, over real sockets.
@Suite struct BadBytesTests {
  /// One thing that a peer does wrong, and what the server notes when it closes.
  struct Row: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var fault: String
    var isInsecure: Bool
    var limits: FrameLimits
    var misdeed: @Sendable (Cast) async throws -> Void

    init(
      _ name: String, _ fault: String, insecure: Bool = true, limits: FrameLimits = .standard,
      _ misdeed: @escaping @Sendable (Cast) async throws -> Void
    ) {
      testDescription = name
      self.fault = fault
      isInsecure = insecure
      self.limits = limits
      self.misdeed = misdeed
    }
  }

  private static func raw(_ bytes: [UInt8]) -> @Sendable (Cast) async throws -> Void {
    { cast in
      let stranger = try await Stranger(port: cast.bench.port, group: cast.bench.group)
      try await stranger.send(bytes)
      try await stranger.end()
    }
  }

  private static func frame(_ bytes: [UInt8]) -> @Sendable (Cast) async throws -> Void {
    { cast in
      let wire = try await cast.bench.wire()
      wire.send(bytes)
      let ended = await wire.ends()
      #expect(ended)
    }
  }

  private static func length(_ bytes: Int) -> [UInt8] { bytes.bigEndianLength }

  private static func hasty(_ change: (inout FrameLimits) -> Void) -> FrameLimits {
    var limits = FrameLimits.standard
    change(&limits)
    return limits
  }

  static let rows: [Row] = [
    Row("an HTTP request", "notOurPreface(", raw(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))),
    Row("another preface", "notOurPreface(", raw(Array("LOK9".utf8) + length(4) + [1, 2, 3, 4])),
    Row("TLS to a plain port", "notOurPreface(") { cast in
      await #expect(throws: TransportError.self) {
        let fingerprint = try ServerCertificate.fingerprint(ofFile: cast.bench.data.certificate)
        _ = try await Wire(
          cast.bench.target, trust: .pinned(fingerprint: fingerprint), group: cast.bench.group)
      }
    },
    Row("a plain peer to a TLS port", "tlsFailed(", insecure: false, raw(WireLimits.preface + length(64))),
    Row("a length of zero", "emptyFrame", raw(WireLimits.preface + length(0))),
    Row("a length above any maximum", "frameTooLarge(", raw(WireLimits.preface + [0x7F, 0xFF, 0xFF, 0xFF])),
    Row("a length above what was agreed, after Hello", "frameTooLarge(") { cast in
      let wire = try await cast.bench.line(cast.phone)
      wire.send([UInt8](repeating: 0, count: WireLimits.frameBytesMaximum + 1))
      let ended = await wire.ends()
      #expect(ended)
    },
    Row("a frame that is none", "notAFrame", frame([0xFF, 0xFF, 0xFF])),
    Row("a frame that is none, after Hello", "notAFrame") { cast in
      let wire = try await cast.bench.line(cast.phone)
      wire.send([0xFF, 0xFF, 0xFF])
      let ended = await wire.ends()
      #expect(ended)
    },
    Row("an upload before Hello", "callBeforeHello") { cast in
      var phone = cast.phone
      let wire = try await cast.bench.wire()
      wire.post(.upload, try phone.writeGroup("Asha").encoded())
      let ended = await wire.ends()
      #expect(ended)
    },
    Row(
      "a download before Hello", "callBeforeHello",
      frame(Frame(call: 1, method: .download, payload: [], end: true).encoded())),
    Row("a bad signature", "badSignature") { cast in
      var hello = try cast.phone.hello()
      hello.signature[7] ^= 1
      let wire = try await cast.bench.wire()
      let heard = try await wire.ask(.hello, hello.encoded())
      #expect(heard.reason == .badSignature)
      let ended = await wire.ends()
      #expect(ended)
    },
    Row("another device's signature", "badSignature") { cast in
      var hello = try cast.phone.hello()
      hello.signature = try cast.other.hello().signature
      let wire = try await cast.bench.wire()
      let heard = try await wire.ask(.hello, hello.encoded())
      #expect(heard.reason == .badSignature)
      let ended = await wire.ends()
      #expect(ended)
    },
    Row("a registration that does not prove its key", "badSignature") { cast in
      var request = try FramePhone(key: 3).register(code: cast.code)
      request.proof[0] ^= 1
      let wire = try await cast.bench.wire()
      let heard = try await wire.ask(.register, request.encoded())
      #expect(heard.reason == .badSignature)
      let ended = await wire.ends()
      #expect(ended)
    },
    Row("a stranger who tries again and again", "tooManyAttempts") { cast in
      var hello = try cast.phone.hello()
      (hello.nonce, hello.signature) = (nil, [])
      let wire = try await cast.bench.wire()
      for _ in 0..<9 {
        let heard = try await wire.ask(.hello, hello.encoded())
        #expect(heard.reason == .challenge)
      }
      let ended = await wire.ends()
      #expect(ended)
    },
    Row("more than 4 KiB before authentication", "strangerTooLarge(") { cast in
      let hello = try cast.phone.hello(appBuild: String(repeating: "a", count: 4_096))
      let wire = try await cast.bench.wire()
      wire.post(.hello, hello.encoded())
      let ended = await wire.ends()
      #expect(ended)
    },
    Row("no whole Hello in time", "strangerTooLate", limits: hasty { $0.strangerTime = .seconds(2) }) {
      cast in
      let stranger = try await Stranger(port: cast.bench.port, group: cast.bench.group)
      try await stranger.send(WireLimits.preface + length(300) + [8, 1])
      try await stranger.end()
    },
    Row("a frame that is not whole in time", "frameTooLate", limits: hasty { $0.frameTime = .seconds(1) }) {
      try await stall($0)
    },
    Row("a frame that is too slow", "frameTooSlow", limits: hasty { $0.window = .seconds(1) }) {
      try await stall($0)
    },
  ]

  /// A known device begins a frame and does not go on.
  private static func stall(_ cast: Cast) async throws {
    let hello = Frame(call: 1, method: .hello, payload: try cast.phone.hello().encoded(), end: true).encoded()
    let stranger = try await Stranger(port: cast.bench.port, group: cast.bench.group)
    try await stranger.send(WireLimits.preface + length(hello.count) + hello)
    try await stranger.send(length(5_000) + [8, 3, 16])
    try await stranger.end()
  }

  @Test(.timeLimit(.minutes(1)), arguments: rows)
  func `is closed, nothing is stored, and others go on`(_ row: Row) async throws {
    let bench = try await Bench(insecure: row.isInsecure, limits: row.limits)
    var witness = try await Witness(bench)
    let cast = try await Cast(bench)
    try await bench.expect(rows: 0, witness: &witness) { witness in
      try await row.misdeed(cast)
      try await witness.upload()
      let fault = await bench.log.nextFault()
      #expect(fault?.hasPrefix(row.fault) == true, "\(fault ?? "none")")
    }
    await bench.end()
  }
}

extension Int {
  /// As a frame's length goes over the wire.
  var bigEndianLength: [UInt8] { withUnsafeBytes(of: UInt32(self).bigEndian) { Array($0) } }
}
