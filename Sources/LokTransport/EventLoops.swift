package import NIOCore
internal import NIOPosix

/// The threads that carry connections; nothing that blocks runs on them.
package enum EventLoops {
  /// The caller ends them with `shutdownGracefully`.
  package static func start(threads: Int) -> any EventLoopGroup {
    MultiThreadedEventLoopGroup(numberOfThreads: max(1, threads))
  }
}
