import LokBooks
import LokTransport
import LokWire

extension SteppedServer {
  /// Has the conversation that a bundle stands for, on a control line of its own.
  ///
  /// - Throws: `WireError`; a `Status` where the server owes an answer and does not give it.
  package func take(_ bundle: BundleImport) throws -> BundleImport.Outcome {
    var conversation = bundle
    let line = connect(.control)
    defer { disconnect(line) }
    var arrived: [[UInt8]] = []
    var step = conversation.start()
    while step != .done {
      switch step {
      case .send(let frame): arrived += send([frame], on: line)
      case .wait(let milliseconds):
        wait(milliseconds: Int64(milliseconds))
        step = conversation.resumed()
        continue
      case .listen, .done: break
      }
      if arrived.isEmpty {
        // What a session holds back for a moment comes when the moment is over.
        wait(milliseconds: Session.storedDelay.wholeMilliseconds)
        arrived = receive(on: line)
      }
      guard !arrived.isEmpty else { throw Status(.internal, .internal, next: .wait) }
      step = try conversation.received(arrived.removeFirst())
    }
    return conversation.outcome
  }
}
