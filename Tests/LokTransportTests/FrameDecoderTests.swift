import LokTransport
import LokWire
import Testing

struct FrameDecoderTests {
  static let frames: [[UInt8]] = [[7], Array(repeating: 1, count: 300), Array(0...255)]
  static let stream = WireLimits.preface + frames.flatMap(onTheWire)

  @Test func `every split of a stream gives the same frames`() throws {
    for first in 0...Self.stream.count {
      for second in [first, (first + Self.stream.count) / 2] {
        var reader = Reader()
        reader.decoder.authenticated()
        try reader.feed(Self.stream[..<first])
        try reader.feed(Self.stream[first..<second])
        try reader.feed(Self.stream[second...])
        #expect(reader.frames == Self.frames, "split at \(first) and \(second)")
      }
    }
  }

  @Test func `a stream in single bytes gives the same frames`() throws {
    var reader = Reader()
    reader.decoder.authenticated()
    for byte in Self.stream { try reader.feed([byte]) }
    #expect(reader.frames == Self.frames)
  }

  @Test func `many frames in one buffer come in order`() throws {
    let many = (0..<2_000).map { [UInt8(truncatingIfNeeded: $0), UInt8($0 / 256)] }
    var reader = Reader(fromClient: false)
    try reader.feed(many.flatMap(onTheWire))
    #expect(reader.frames == many)
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let error: TransportError
  }

  @Test(arguments: [
    Fault(testDescription: "length zero", bytes: [0, 0, 0, 0], error: .emptyFrame),
    Fault(
      testDescription: "one above the maximum", bytes: [0, 1, 0, 1],
      error: .frameTooLarge(bytes: 65_537, limit: 65_536)),
    Fault(
      testDescription: "the largest length", bytes: [255, 255, 255, 255],
      error: .frameTooLarge(bytes: 4_294_967_295, limit: 65_536)),
  ])
  func `a bad length is told before any of the body comes`(fault: Fault) {
    var reader = Reader(fromClient: false)
    #expect(throws: fault.error) { try reader.feed(fault.bytes) }
    #expect(throws: Never.self) { try reader.feed([1, 2, 3]) }
    #expect(reader.frames.isEmpty)
  }

  @Test func `the maximum can be raised to 1 MiB and no further`() throws {
    var reader = Reader(fromClient: false)
    reader.decoder.setMaximum(frameBytes: 5_000_000)
    let largest = [UInt8](repeating: 9, count: 1_048_576)
    try reader.feed(onTheWire(largest))
    #expect(reader.frames == [largest])
    #expect(throws: TransportError.frameTooLarge(bytes: 1_048_577, limit: 1_048_576)) {
      try reader.feed([0, 0x10, 0, 1])
    }
  }

  @Test func `frames before a fault are given`() {
    var reader = Reader(fromClient: false)
    #expect(throws: TransportError.emptyFrame) {
      try reader.feed(onTheWire([1]) + onTheWire([2]) + [0, 0, 0, 0])
    }
    #expect(reader.frames == [[1], [2]])
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n", TransportError.Stranger.http), ("POST /sync", .http), ("PRI * HTTP/2.0", .http),
    ("\u{16}\u{03}\u{01}\u{02}", .tls), ("LOK2", .other), ("lok1", .other), ("\0\0\0\0", .other),
  ])
  func `another preface is told apart, however it is split`(text: String, stranger: TransportError.Stranger) {
    let bytes = Array(text.utf8)
    var whole = Reader()
    #expect(throws: TransportError.notOurPreface(stranger)) { try whole.feed(bytes) }
    var dripped = Reader()
    #expect(throws: TransportError.notOurPreface(stranger)) {
      for byte in bytes { try dripped.feed([byte]) }
    }
  }
}

struct StrangerTests {
  @Test func `a stranger's second frame waits, uncounted, until the first is judged`() throws {
    var reader = Reader()
    let sets = [UInt8](repeating: 3, count: 20_000)
    try reader.feed(WireLimits.preface + onTheWire([1]) + onTheWire(sets))
    #expect(reader.frames == [[1]])
    #expect(reader.decoder.waitsForOwner)
    reader.decoder.authenticated()
    try reader.feed([])
    #expect(reader.frames == [[1], sets])
  }

  @Test func `a stranger that was answered is still a stranger`() throws {
    var reader = Reader()
    try reader.feed(WireLimits.preface + onTheWire([UInt8](repeating: 1, count: 2_000)))
    reader.decoder.answered()
    try reader.feed(onTheWire([UInt8](repeating: 1, count: 2_000)))
    reader.decoder.answered()
    let bytes = 4 + 2_004 + 2_004 + 4 + 81
    #expect(throws: TransportError.strangerTooLarge(bytes: bytes, limit: 4_096)) {
      try reader.feed([0, 0, 0, 81])
    }
  }

  @Test func `a stranger's allowance holds a frame that fills it and not one byte more`() throws {
    var fits = Reader()
    try fits.feed(WireLimits.preface + onTheWire([UInt8](repeating: 1, count: 4_088)))
    #expect(fits.frames.count == 1)
    var exceeds = Reader()
    #expect(throws: TransportError.strangerTooLarge(bytes: 4_097, limit: 4_096)) {
      try exceeds.feed(WireLimits.preface + [0, 0, 0x0F, 0xF9])
    }
  }

  @Test func `a stranger has a minute, whatever it drips`() throws {
    var reader = Reader()
    try reader.feed(WireLimits.preface)
    reader.wait(30_000)
    try reader.feed([0, 0, 1, 0])
    for _ in 0..<9 {
      reader.wait(3_000)
      try reader.feed([1])
      try reader.check()
    }
    reader.wait(3_000)
    #expect(throws: TransportError.strangerTooLate) { try reader.check() }
  }

  @Test func `who is authenticated may stay silent`() throws {
    var reader = Reader()
    reader.decoder.authenticated()
    reader.wait(1_000_000)
    try reader.check()
    #expect(reader.decoder.deadline == nil)
  }
}

/// A decoder with its input and its clock.
struct Reader {
  var decoder: FrameDecoder
  var frames: [[UInt8]] = []
  var now = Instant(milliseconds: 5_000)
  private var rest: [UInt8] = []

  init(fromClient: Bool = true) { decoder = FrameDecoder(fromClient: fromClient, openedAt: now) }

  mutating func feed(_ bytes: some Collection<UInt8>) throws {
    var input = (rest + bytes)[...]
    defer { rest = Array(input) }
    while let frame = try decoder.next(from: &input, at: now) { frames.append(frame) }
  }

  mutating func wait(_ milliseconds: Int64) { now = now + .milliseconds(milliseconds) }
  mutating func check() throws { try decoder.check(at: now) }
}

func onTheWire(_ frame: [UInt8]) -> [UInt8] {
  withUnsafeBytes(of: UInt32(frame.count).bigEndian, Array.init) + frame
}
