import LokDevice
import LokSimulator
import LokTransport
import Synchronization
import Testing

/// One phone's poor link, and behind it a server that answers each frame with a large one.
@Suite struct PhoneLinkTests {
  private static let answerBytes = 2_000

  /// Sends a small frame for each answer until the link ends it, or `count` answers are there.
  private static func converse(
    _ dialing: Dialing, _ count: Int, segments: Dialer.Segments = .usual
  ) async throws -> Int {
    var address = ServerAddress(text: "127.0.0.1:1")
    address.segments = segments
    let link = try await dialing.connect(address)
    defer { link.close() }
    for answers in 0..<count {
      link.send([[UInt8](repeating: 1, count: 100)])
      guard try await link.receive() != nil else { return answers }
    }
    return count
  }

  /// How many answers came in each of 40 sessions; -1 = there was no connection.
  private static func sessions(seed: UInt64, phone: Int) async throws -> ([Int], PhoneLink.Tally) {
    let link = PhoneLink(.hill, seed: seed, phone: phone)
    let dialing = link.dialing(AnsweringServer(answerBytes: answerBytes).dialing)
    var answers: [Int] = []
    for _ in 0..<40 {
      do {
        answers.append(try await converse(dialing, 8))
      } catch TransportError.closedByPeer {
        answers.append(-1)
      }
    }
    return (answers, link.tally)
  }

  @Test func `the same seed cuts the same sessions of a phone at the same frame`() async throws {
    let first = try await Self.sessions(seed: 3, phone: 1)
    #expect(first.1.cut > 5 && first.1.cut < 40 && first.1.sessions == 40)
    #expect(Set(first.0).count > 3)
    let again = try await Self.sessions(seed: 3, phone: 1)
    #expect(again.0 == first.0 && again.1 == first.1)
    #expect(try await Self.sessions(seed: 3, phone: 2).0 != first.0)
    #expect(try await Self.sessions(seed: 4, phone: 1).0 != first.0)
  }

  @Test func `the time of a session is that of its bytes on the link`() async throws {
    var profile = LinkProfile.edge
    profile.lostPerThousand = 0
    let link = PhoneLink(profile, seed: 1, phone: 1)
    let dialing = link.dialing(AnsweringServer(answerBytes: Self.answerBytes).dialing)
    #expect(try await Self.converse(dialing, 5) == 5)
    // Seven round trips of 400 ms; 500 bytes up and 10,000 down at 25 bytes a millisecond, with headers.
    #expect((3_200...3_500).contains(link.tally.milliseconds), "\(link.tally.milliseconds) ms")
    #expect(link.tally.bytesUp == 5 * 104 + 4 && link.tally.bytesDown == 5 * (Self.answerBytes + 4))
  }

  @Test func `what a session measures is the link's time`() async throws {
    let link = PhoneLink(.secondGeneration, seed: 1, phone: 1)
    let session = try await link.dialing(AnsweringServer(answerBytes: 9).dialing)
      .connect(ServerAddress(text: "127.0.0.1:1"))
    let clock = try #require(session.clock)
    let before = clock()
    session.send([[1]])
    #expect(try await session.receive() != nil)
    #expect(clock() - before >= .milliseconds(800))
    session.close()
  }

  @Test func `where large packets vanish, small ones pass`() async throws {
    let link = PhoneLink(.mtuHole, seed: 1, phone: 1)
    let dialing = link.dialing(AnsweringServer(answerBytes: Self.answerBytes).dialing)
    await #expect(throws: TransportError.connectTimeout) { try await Self.converse(dialing, 5) }
    #expect(link.tally.stalled == 1 && link.tally.milliseconds == 10_800)
    #expect(try await Self.converse(dialing, 5, segments: .small) == 5)
    #expect(link.tally.stalled == 1)
  }

  @Test func `the server hears of a cut when the phone has come again`() async throws {
    let server = AnsweringServer(answerBytes: Self.answerBytes)
    let link = PhoneLink(.hill, seed: 3, phone: 1)
    let dialing = link.dialing(server.dialing)
    while try await Self.converse(dialing, 1_000) == 1_000 {}
    #expect(link.tally.cut == 1 && server.closed == 0)
    _ = try? await Self.converse(dialing, 1)
    #expect(server.closed > 0)
  }
}

/// A server without a network.
private final class AnsweringServer: Sendable {
  private let answer: [UInt8]
  private let closings = Mutex(0)
  var closed: Int { closings.withLock { $0 } }

  init(answerBytes: Int) { answer = [UInt8](repeating: 2, count: answerBytes) }

  var dialing: Dialing { Dialing { [self] _ in Connection(server: self) } }

  private final class Connection: FrameLink {
    private let server: AnsweringServer
    private let waiting = Mutex(0)
    init(server: AnsweringServer) { self.server = server }
    func send(_ frames: [[UInt8]]) { waiting.withLock { $0 += frames.count } }
    func receive() async throws -> [[UInt8]]? {
      let count = waiting.withLock { waiting in
        defer { waiting = 0 }
        return waiting
      }
      return Array(repeating: server.answer, count: count)
    }
    func takeFrames(upTo bytes: Int) {}
    func close() { server.closings.withLock { $0 += 1 } }
    var bytesUp: Int { 0 }
    var bytesDown: Int { 0 }
  }
}
