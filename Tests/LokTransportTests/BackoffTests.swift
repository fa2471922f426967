import LokTransport
import Testing

struct BackoffTests {
  /// Always the highest number, or always 1, which gives the lowest (0 is drawn again for ever).
  struct Extreme: RandomNumberGenerator {
    let value: UInt64
    func next() -> UInt64 { value }
  }

  @Test func `the span doubles until the longest wait`() {
    var generator = Extreme(value: .max)
    var backoff = Backoff(first: .seconds(1), longest: .seconds(20))
    let waits = (0..<7).map { _ in backoff.wait(using: &generator) }
    #expect(waits == [1, 2, 4, 8, 16, 20, 20].map { Duration.seconds($0) })
  }

  @Test func `jitter reaches down to nothing`() {
    var generator = Extreme(value: 1)
    var backoff = Backoff()
    _ = backoff.wait(using: &generator)
    #expect(backoff.wait(using: &generator) == .zero)
  }

  @Test func `the server's wish comes before the jitter, up to an hour`() {
    var generator = Extreme(value: 1)
    var backoff = Backoff()
    #expect(backoff.wait(retryAfterMilliseconds: 4_500, using: &generator) == .milliseconds(4_500))
    #expect(backoff.wait(retryAfterMilliseconds: .max, using: &generator) == .seconds(3_600))
  }

  @Test func `a success starts over, and a thousand failures do not overflow`() {
    var generator = Extreme(value: .max)
    var backoff = Backoff(first: .seconds(1), longest: .seconds(20))
    for _ in 0..<1_000 { _ = backoff.wait(using: &generator) }
    #expect(backoff.wait(using: &generator) == .seconds(20))
    backoff.succeeded()
    #expect(backoff.attempts == 0)
    #expect(backoff.wait(using: &generator) == .seconds(1))
  }
}
