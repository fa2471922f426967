/// How long to wait before the next attempt: exponential with full jitter, so that a block's phones, cut
/// off together, do not come back together
/// (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
package struct Backoff: Hashable, Sendable {
  private let first: Duration
  private let longest: Duration
  /// A server that asks for more is not believed: the phone would stay silent for a bug.
  private let retryAfterMaximum: Duration = .seconds(3600)
  /// Failed attempts since `succeeded`.
  package private(set) var attempts = 0

  package init(first: Duration = .milliseconds(500), longest: Duration = .seconds(300)) {
    self.first = first
    self.longest = longest
  }

  /// The wait after a failed attempt: a random part of a span that doubles each time, on top of what the
  /// server asked for.
  package mutating func wait(
    retryAfterMilliseconds: UInt32? = nil, using generator: inout some RandomNumberGenerator
  ) -> Duration {
    // 24 doublings of half a second are 97 days: the longest wait is reached, and nothing overflows.
    let span = min(longest.wholeMilliseconds, first.wholeMilliseconds << min(attempts, 24))
    attempts += 1
    let jitter = Duration.milliseconds(Int64.random(in: 0...max(span, 0), using: &generator))
    let asked = Duration.milliseconds(Int64(retryAfterMilliseconds ?? 0))
    return min(asked, retryAfterMaximum) + jitter
  }

  package mutating func succeeded() { attempts = 0 }
}
