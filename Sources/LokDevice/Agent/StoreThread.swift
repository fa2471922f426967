import Dispatch
import Foundation
import Synchronization

/// One thread that runs what blocks: SQLite and its fsyncs. Several phones may share it (a simulator's do);
/// each of them sees its own calls one at a time.
package final class StoreThread: SerialExecutor {
  /// What waits to run; nil ends the thread.
  private final class Jobs: Sendable {
    private let waiting = Mutex<[(@Sendable () -> Void)?]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func put(_ job: (@Sendable () -> Void)?) {
      waiting.withLock { $0.append(job) }
      arrived.signal()
    }

    func take() -> (@Sendable () -> Void)? {
      arrived.wait()
      return waiting.withLock { $0.removeFirst() }
    }
  }

  private let jobs = Jobs()

  package init(name: String = "device-store") {
    let jobs = jobs
    let isKnown = DispatchSemaphore(value: 0)
    let thread = Thread {
      // A thread that runs before its maker knows of it would keep its maker's name.
      isKnown.wait()
      Thread.current.name = name
      while let job = jobs.take() { job() }
    }
    thread.start()
    isKnown.signal()
  }

  deinit { jobs.put(nil) }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // The executor has to live while one of its jobs runs.
    jobs.put { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
