import LokServer
import LokTransport
import LokWire

/// A bundle on its way into the data directory: through the process that owns it, or straight to the files
/// where no process does.
enum BundleChannel {
  /// - Throws: `Status` for a file that is no bundle for this server; `DataDirectoryError`, `IntakeError`,
  ///   `TransportError`. What was stored until then is stored: bring the bundle again.
  static func take(_ file: [UInt8], data: String) async throws -> BundleImport.Outcome {
    let directory = DataDirectory(data)
    do {
      return try await OwnThread.run { try OperatorCommands.takeBundle(file, in: directory) }
    } catch DataDirectoryError.heldBy {
      let secrets = try await OwnThread.run { try ServerSecrets.load(from: directory) }
      return try await converse(BundleImport(file, secrets: secrets), at: directory.controlSocket)
    }
  }

  private static func converse(_ bundle: BundleImport, at socket: String) async throws -> BundleImport.Outcome
  {
    var conversation = bundle
    // The process ends with its command, and this thread with it.
    let connection = try await Dialer.connect(
      to: .unix(path: socket), trust: .insecure, group: EventLoops.start(threads: 1))
    defer { connection.close() }
    connection.connection.setMaximumFrame(bytes: WireLimits.frameBytesMaximum)
    let frames = connection.frames.makeAsyncIterator()
    var step = conversation.start()
    while step != .done {
      switch step {
      case .send(let frame): connection.send([frame])
      case .wait(let milliseconds):
        try await Task.sleep(for: .milliseconds(Int64(milliseconds)))
        step = conversation.resumed()
        continue
      case .listen, .done: break
      }
      guard let bytes = try await frames.next() else { throw TransportError.closedByPeer }
      step = try conversation.received(bytes)
    }
    return conversation.outcome
  }
}
