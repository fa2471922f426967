#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Adds up the time of what it runs, and its allocations where they are counted.
struct Stopwatch {
  private(set) var nanoseconds: Int64 = 0
  private(set) var allocations: UInt64 = 0
  private let counter: AllocationCounter?

  init(_ counter: AllocationCounter? = nil) { self.counter = counter }

  mutating func time<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = counter?.count ?? 0
    let begin = ContinuousClock.now
    let result = try body()
    let (seconds, attoseconds) = (ContinuousClock.now - begin).components
    allocations += (counter?.count ?? 0) - before
    nanoseconds += seconds * 1_000_000_000 + attoseconds / 1_000_000_000
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
