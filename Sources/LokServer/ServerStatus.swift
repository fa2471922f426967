import Foundation
import LokBooks
import Synchronization

/// What is said of a running server: counters, and the blocks that are not served as they should, each with
/// its reason.
final class ServerStatus: Sendable {
  private let switchboard: Switchboard
  private let stopping = Atomic<Bool>(false)

  init(_ switchboard: Switchboard) { self.switchboard = switchboard }

  var isStopping: Bool {
    get { stopping.load(ordering: .relaxed) }
    set { stopping.store(newValue, ordering: .relaxed) }
  }

  /// The log is open as soon as anything answers at all.
  var readiness: AdminServer.Readiness {
    if isStopping { return .notReady(reason: "stopping") }
    if switchboard.isStorageLow.load(ordering: .relaxed) { return .notReady(reason: "disk_full") }
    return .ready
  }

  var blocksCatchingUp: Int { switchboard.merge.withLock { $0.blocksCatchingUp } }

  private struct Document: Encodable {
    struct Blocks: Encodable {
      var known: Int
      var catchingUp: Int
      /// By block code.
      var unavailable: [String: String]
    }
    var counters: ServerCounters.Values
    var blocks: Blocks
    var isReady: Bool
  }

  func json() -> String {
    let (blocks, lag) = switchboard.merge.withLock { merge in
      let troubles = merge.troubles.map { ("\($0.key)", $0.value) }
      return (
        Document.Blocks(
          known: merge.blocksKnown, catchingUp: merge.blocksCatchingUp,
          unavailable: Dictionary(troubles) { first, _ in first }), merge.waitingItems
      )
    }
    var counters = switchboard.counters.read()
    counters.rowLag = lag
    counters.blocksUnavailable = blocks.unavailable.count
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    let document = Document(counters: counters, blocks: blocks, isReady: readiness == .ready)
    guard let bytes = try? encoder.encode(document) else { return "{}" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
