import LokTransport
import Testing

/// The slow-loris rules with a clock of the test's own.
struct FrameProgressTests {
  /// Feeds a frame of `bytes` with `perSecond` bytes each second; how far it came, and what ended it.
  private func send(bytes: Int, perSecond: Int) -> (seconds: Int, error: TransportError?) {
    var reader = Reader(fromClient: false)
    reader.decoder.setMaximum(frameBytes: 1_048_576)
    var rest = onTheWire([UInt8](repeating: 1, count: bytes))[...]
    for second in 0..<1_000 {
      do {
        try reader.feed(rest.prefix(perSecond))
        rest = rest.dropFirst(perSecond)
        if rest.isEmpty { return (second, nil) }
        reader.wait(999)
        try reader.check()
        reader.wait(1)
      } catch {
        return (second, error as? TransportError)
      }
    }
    return (1_000, nil)
  }

  @Test func `64 bytes a second pass`() {
    #expect(send(bytes: 7_600, perSecond: 64).error == nil)
  }

  @Test func `a phone on 20 kbit/s passes with its largest frame`() {
    #expect(send(bytes: 262_144, perSecond: 2_500).error == nil)
  }

  @Test func `60 bytes a second are too slow after a minute`() {
    let result = send(bytes: 7_000, perSecond: 60)
    #expect(result.error == .frameTooSlow)
    #expect((59...62).contains(result.seconds))
  }

  @Test func `a frame that is not whole after 120 seconds is too late`() {
    let result = send(bytes: 1_000_000, perSecond: 5_000)
    #expect(result.error == .frameTooLate)
    #expect((119...120).contains(result.seconds))
  }

  @Test func `a small frame may not stay open for a minute`() throws {
    var reader = Reader(fromClient: false)
    try reader.feed([0, 0, 1, 0, 1])
    reader.wait(59_999)
    try reader.check()
    reader.wait(1)
    #expect(throws: TransportError.frameTooSlow) { try reader.check() }
  }

  @Test func `a frame that stalls after a good start is closed a minute later`() throws {
    var reader = Reader(fromClient: false)
    try reader.feed([0, 0, 0xFF, 0] + [UInt8](repeating: 1, count: 40_000))
    reader.wait(30_000)
    try reader.feed([UInt8](repeating: 1, count: 4_000))
    reader.wait(59_999)
    try reader.check()
    reader.wait(1)
    #expect(throws: TransportError.frameTooSlow) { try reader.check() }
  }

  @Test func `input that comes after the deadline is too late even where no timer ran`() throws {
    var reader = Reader(fromClient: false)
    try reader.feed([0, 0, 0, 2, 1])
    reader.wait(60_001)
    #expect(throws: TransportError.frameTooSlow) { try reader.feed([1]) }
  }

  @Test func `the time in which this side does not read is not the peer's`() throws {
    var reader = Reader(fromClient: false)
    try reader.feed([0, 0, 0, 2, 1])
    reader.wait(50_000)
    reader.decoder.pause(at: reader.now)
    #expect(reader.decoder.deadline == nil)
    reader.wait(500_000)
    reader.decoder.resume(at: reader.now)
    reader.wait(9_999)
    try reader.check()
    try reader.feed([1])
    #expect(reader.frames == [[1, 1]])
  }

  @Test func `no frame open, no deadline`() throws {
    var reader = Reader(fromClient: false)
    try reader.feed([0, 0, 0, 1])
    #expect(reader.decoder.deadline != nil)
    try reader.feed([5])
    #expect(reader.decoder.deadline == nil)
  }
}
