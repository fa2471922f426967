package import LokDevice
import LokBooks
package import LokText
import LokWire

/// How a sync ended, and how the phone stands now.
package struct SyncText {
  private let report: SyncReport
  private let status: DeviceStatus
  private let messages: Messages

  package init(
    _ report: SyncReport, _ status: DeviceStatus, in messages: Messages = Speech.messages
  ) {
    self.report = report
    self.status = status
    self.messages = messages
  }

  /// What came and went, on one line.
  package var sum: String {
    let counts = [
      report.setsSent, report.changesSent, report.setsReceived, report.bytesUp, report.bytesDown,
    ]
    return messages.text(SyncKey.sum, counts.map { .number($0) })
  }

  /// The same, with files, and which groups' books had come to differ.
  package var news: String {
    ([sum] + files + report.repairs.map { $0.text(in: messages) }).joined(separator: "\n")
  }

  /// Of a sync that compared all books; beside its output, which is the same with and without it.
  package var comparison: String? {
    report.repair.map { repair in
      let counts = [repair.compared, report.madeAnew.count, repair.mended.count, repair.left.count]
      return messages.text(SyncKey.compared, counts.map { .number($0) })
    }
  }

  package var text: String {
    var lines = [sum]
    lines += heldBack
    if report.reenrolments > 0 {
      lines.append(messages.text(SyncKey.reenrolled, [.number(report.setsRewritten)]))
    }
    lines += files
    return (lines + [StatusText.text(status, in: messages)]).joined(separator: "\n")
  }

  private var files: [String] {
    guard report.blobsSent + report.blobsReceived > 0 else { return [] }
    return [messages.text(SyncKey.files, [.number(report.blobsSent), .number(report.blobsReceived)])]
  }

  /// What waits at the server, or here, because the budget is spent or the link is slow.
  private var heldBack: [String] {
    guard case .budgetSpent(let held) = report.outcome else {
      return report.filesSpared > 0 ? [messages.text(SyncKey.filesSpared, [.number(report.filesSpared)])] : []
    }
    let bytes = report.calls.budgetedBytesDown
    if let waiting = report.repair?.waiting, !waiting.isEmpty {
      return [messages.text(SyncKey.mendingHeldBack, [.number(bytes), .number(waiting.count)])]
    }
    var lines: [String] = []
    if held.sets > 0 {
      lines.append(messages.text(SyncKey.heldBack, [bytes, held.sets, held.cbos].map { .number($0) }))
    }
    if filesToSend + status.wantedFiles > 0 {
      let counts = [report.budgetedBytes, filesToSend, status.wantedFiles]
      lines.append(messages.text(SyncKey.filesHeldBack, counts.map { .number($0) }))
    }
    return lines
  }

  /// Without those that the server refuses.
  private var filesToSend: Int { status.unsentFiles - status.refusedFiles.count }

  /// Nil = all that was signed for is up, all there was is down.
  package var failure: Failure? {
    if let group = report.repair?.left.first {
      return Failure(
        .disagreement, messages.text(SyncKey.disagreementWhat, [.text(group.description)]),
        next: messages.text(SyncKey.disagreementNext))
    }
    return Self.failure(report.outcome, in: messages)
  }

  /// What a person does about the end of a conversation, also of one that was carried.
  static func failure(_ outcome: SyncOutcome, in messages: Messages) -> Failure? {
    switch outcome {
    case .done, .answered, .budgetSpent: nil
    case .later(let milliseconds, let reason):
      Failure(
        .unavailable,
        reason.map { ReasonText($0, in: messages).sentence } ?? messages.text(SyncKey.laterWhat),
        next: messages.text(SyncKey.laterNext, [.number(max(1, (milliseconds ?? 1000) / 1000))]))
    case .brokenOff:
      Failure(
        .unavailable, messages.text(SyncKey.brokenOffWhat), next: messages.text(SyncKey.brokenOffNext))
    case .putBack:
      outcome.trouble.map {
        Failure(
          .unavailable, $0.text(in: messages), next: ReasonText(.serverPutBack, in: messages).next)
      }
    case .reenrol(let reason): refused(reason, .unavailable, in: messages)
    case .revoked: refused(.deviceRevoked, .unavailable, in: messages)
    case .refused(let status):
      status.reason.map { refused($0, .unavailable, status.arguments, in: messages) }
        ?? Failure(
          .unavailable, messages.text(SyncKey.refusedWhat, [.text("\(status.code)")]),
          next: messages.text(SyncKey.refusedNext))
    case .unproven, .diverged, .violated:
      Failure(
        .disagreement, messages.text(SyncKey.disagreementWhat, [.text("\(outcome)")]),
        next: messages.text(SyncKey.disagreementNext))
    }
  }

  private static func refused(
    _ reason: Reason, _ exit: Failure.Exit, _ arguments: [Int64] = [], in messages: Messages
  ) -> Failure {
    let words = ReasonText(reason, arguments: arguments, in: messages)
    return Failure(exit, words.sentence, next: words.next)
  }

  var json: JSON { JSON(report, status) }

  struct JSON: Encodable {
    struct HeldBackJSON: Encodable {
      let sets: Int
      let groups: Int
      /// Whose books differ and wait to be fetched anew.
      let groupsToMend: Int
    }
    struct ComparisonJSON: Encodable {
      let groups: Int
      /// Damaged on this phone, and made anew from their own sets.
      let madeAnew: [String]
      let fetchedAnew: [String]
      /// From the server's, still.
      let differ: [String]

      init(_ repair: RepairReport, madeAnew: [RecordID]) {
        groups = repair.compared
        self.madeAnew = madeAnew.map(\.description)
        fetchedAnew = repair.mended.map(\.description)
        differ = repair.left.map(\.description)
      }
    }
    let isDone: Bool
    let trouble: TroubleText.JSON?
    /// By a budget that is spent.
    let heldBack: HeldBackJSON?
    let setsSent: Int
    let changesSent: Int
    let setsReceived: Int
    let bytesUp: Int
    let bytesDown: Int
    let reenrolments: Int
    let setsRewritten: Int
    let filesSent: Int
    let filesReceived: Int
    /// Groups whose books differed from the server's.
    let fetchedAnew: [String]
    /// Of a sync that compared all books.
    let comparison: ComparisonJSON?
    /// On the phone and not at the server, and asked for and not on the phone.
    let filesToSend: Int
    let filesToFetch: Int
    let status: StatusText.JSON

    init(_ report: SyncReport, _ status: DeviceStatus) {
      isDone = report.outcome == .done
      trouble = report.outcome.trouble.map { TroubleText.JSON($0) }
      if case .budgetSpent(let held) = report.outcome {
        heldBack = HeldBackJSON(
          sets: held.sets, groups: held.cbos, groupsToMend: report.repair?.waiting.count ?? 0)
      } else {
        heldBack = nil
      }
      setsSent = report.setsSent
      changesSent = report.changesSent
      setsReceived = report.setsReceived
      bytesUp = report.bytesUp
      bytesDown = report.bytesDown
      reenrolments = report.reenrolments
      setsRewritten = report.setsRewritten
      filesSent = report.blobsSent
      filesReceived = report.blobsReceived
      fetchedAnew = report.refetched.map(\.description)
      comparison = report.repair.map { ComparisonJSON($0, madeAnew: report.madeAnew) }
      filesToSend = status.unsentFiles - status.refusedFiles.count
      filesToFetch = status.wantedFiles
      self.status = StatusText.JSON(status)
    }
  }
}
