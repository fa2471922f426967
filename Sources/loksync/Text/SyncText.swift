package import LokDevice
import LokBooks
import LokWire

/// How a sync ended, and how the phone stands now.
package struct SyncText {
  private let report: SyncReport
  private let status: DeviceStatus

  package init(_ report: SyncReport, _ status: DeviceStatus) {
    self.report = report
    self.status = status
  }

  package var text: String {
    let up = "Sent \(report.setsSent) sets, \(report.changesSent) changes"
    let down = "received \(report.setsReceived) sets"
    let bytes = "\(Count.text(Int64(report.bytesUp))) B up, \(Count.text(Int64(report.bytesDown))) B down"
    var lines = ["\(up); \(down); \(bytes)."]
    if report.reenrolments > 0 {
      lines.append("Enrolled again under a new number; \(report.setsRewritten) sets were written again.")
    }
    return (lines + [StatusText.text(status)]).joined(separator: "\n")
  }

  /// Nil = all that was signed for is up, all there was is down.
  package var failure: Failure? {
    switch report.outcome {
    case .done, .answered: nil
    case .later(let milliseconds, let reason):
      Failure(
        .unavailable, reason.map { ReasonText($0).sentence } ?? "the server asks to come back later",
        next: "Sync again in \(max(1, (milliseconds ?? 1000) / 1000)) s; nothing is lost")
    case .brokenOff:
      Failure(.unavailable, "the connection ended before all was done", next: "Sync again; nothing is lost")
    case .reenrol(let reason): refused(reason, .unavailable)
    case .revoked: refused(.deviceRevoked, .unavailable)
    case .refused(let status):
      status.reason.map { refused($0, .unavailable, status.arguments) }
        ?? Failure(.unavailable, "the server refuses: \(status.code)", next: "Ask the block office")
    case .unproven, .diverged, .violated:
      Failure(
        .disagreement, "the server's word does not fit what this phone holds: \(report.outcome)",
        next: "What was typed is kept; show this to the block office")
    }
  }

  private func refused(_ reason: Reason, _ exit: Failure.Exit, _ arguments: [Int64] = []) -> Failure {
    let words = ReasonText(reason, arguments: arguments)
    return Failure(exit, words.sentence, next: words.next)
  }

  var json: JSON { JSON(report, status) }

  struct JSON: Encodable {
    let isDone: Bool
    let setsSent: Int
    let changesSent: Int
    let setsReceived: Int
    let bytesUp: Int
    let bytesDown: Int
    let reenrolments: Int
    let setsRewritten: Int
    let status: StatusText.JSON

    init(_ report: SyncReport, _ status: DeviceStatus) {
      isDone = report.outcome == .done
      setsSent = report.setsSent
      changesSent = report.changesSent
      setsReceived = report.setsReceived
      bytesUp = report.bytesUp
      bytesDown = report.bytesDown
      reenrolments = report.reenrolments
      setsRewritten = report.setsRewritten
      self.status = StatusText.JSON(status)
    }
  }
}
