// The C library's times are met first there.
import CoreFoundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Adds up the time of what it runs, and its allocations where they are counted.
struct Stopwatch {
  enum Clock {
    /// As it passes, waiting included.
    case elapsed
    /// What the calling thread has used of a processor: other processes of the machine are not in it.
    case processor

    /// Nanoseconds since some moment.
    fileprivate var reading: Int64 {
      var time = timespec()
      clock_gettime(self == .elapsed ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &time)
      return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
  }

  private(set) var nanoseconds: Int64 = 0
  private(set) var allocations: UInt64 = 0
  private let clock: Clock
  private let counter: AllocationCounter?

  init(_ clock: Clock, counting counter: AllocationCounter? = nil) {
    self.clock = clock
    self.counter = counter
  }

  /// `body` stays on its thread.
  mutating func time<Result>(_ body: () throws -> Result) rethrows -> Result {
    let allocated = counter?.count ?? 0
    let begin = clock.reading
    let result = try body()
    nanoseconds += clock.reading - begin
    allocations += (counter?.count ?? 0) - allocated
    return result
  }
}

/// Allocations of this process, where a library that counts them was loaded before the others.
struct AllocationCounter {
  private let read: @convention(c) () -> UInt64

  /// Nil where nobody counts.
  init?() {
    guard let symbol = dlsym(nil, "loksync_allocations") else { return nil }
    // The counting library is ours and declares it so: uint64_t loksync_allocations(void).
    read = unsafeBitCast(symbol, to: (@convention(c) () -> UInt64).self)
  }

  var count: UInt64 { read() }
}
