import Foundation
import LokServer
import LokTransport
import LokWire

/// An operator's command on its way: to the process that owns the data directory, or straight to the files
/// where no process does.
enum OperatorChannel {
  /// - Throws: `Status` where the command is refused; `DataDirectoryError`, `IntakeError`, `TransportError`.
  static func send(_ request: OperatorRequest, data: String) async throws -> OperatorReply {
    let directory = DataDirectory(data)
    do {
      return try await OwnThread.run { try OperatorCommands.run(request, in: directory) }
    } catch DataDirectoryError.heldBy {
      return try await ask(request, at: directory.controlSocket)
    }
  }

  private static func ask(_ request: OperatorRequest, at socket: String) async throws -> OperatorReply {
    // The process ends with its command, and this thread with it.
    let connection = try await Dialer.connect(
      to: .unix(path: socket), trust: .insecure, group: EventLoops.start(threads: 1))
    defer { connection.close() }
    connection.send([Frame(call: 1, method: .operate, payload: request.encoded(), end: true).encoded()])
    for try await bytes in connection.frames {
      let frame = try Frame(decoding: bytes)
      if let status = frame.status, status.code != .ok { throw status }
      if let payload = frame.payload { return try OperatorReply(decoding: payload) }
    }
    throw TransportError.closedByPeer
  }
}

/// Work that blocks (files, fsync) stays off the few threads that Swift's tasks share.
enum OwnThread {
  static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Swift.Result(catching: body)) }
    }
  }
}
