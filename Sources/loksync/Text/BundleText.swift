import LokBooks
import LokDevice
import LokServer
import LokText
import LokWire

/// What became of a bundle, for the operator.
struct BundleText {
  struct JSON: Encodable {
    let block: UInt32
    let device: UInt32
    let sets: Int
    let setsNew: Int
    let setsKnown: Int
    let setsQuarantined: Int
    let setsRefused: Int
    /// The stable code of why the rest was not taken.
    let reason: String?
    let answer: String?
  }

  let json: JSON

  /// - Parameter answer: the file that it was written to.
  init(_ outcome: BundleImport.Outcome, answer: String?) {
    json = JSON(
      block: outcome.block.rawValue, device: outcome.device.rawValue, sets: outcome.sets,
      setsNew: outcome.setsNew, setsKnown: outcome.setsKnown, setsQuarantined: outcome.setsQuarantined,
      setsRefused: outcome.setsRefused, reason: outcome.status?.reason?.code, answer: answer)
  }

  var text: String {
    var words = ["\(json.setsNew) new", "\(json.setsKnown) known before"]
    if json.setsQuarantined > 0 { words.append("\(json.setsQuarantined) in quarantine") }
    if json.setsRefused > 0 { words.append("\(json.setsRefused) refused") }
    let sum =
      "Device \(json.device) of block \(json.block): \(json.sets) sets, \(words.joined(separator: ", "))."
    return json.answer.map { "\(sum)\nAnswer for the phone: \($0)" } ?? sum
  }
}

/// What a phone gave to be carried.
struct OutgoingText {
  struct JSON: Encodable {
    let sets: Int
    let changes: Int
    let lastDeviceSeq: UInt64
    let bytes: Int
    let isWhole: Bool
  }

  let json: JSON

  init(_ bundle: OutgoingBundle) {
    json = JSON(
      sets: bundle.sets, changes: bundle.changes, lastDeviceSeq: bundle.last.rawValue,
      bytes: bundle.file.count, isWhole: bundle.isWhole)
  }

  func text(in messages: Messages = Speech.messages) -> String {
    let counts = [json.sets, json.changes, Int(clamping: json.lastDeviceSeq), json.bytes]
    let sum = messages.text(SyncKey.bundleWritten, counts.map { .number($0) })
    return json.isWhole ? sum : "\(sum)\n\(messages.text(SyncKey.bundleMore))"
  }
}

/// What an answer told a phone.
struct AnswerText {
  struct JSON: Encodable {
    let isDone: Bool
    let setsStored: Int
    let setsCommitted: Int
    let setsReceived: Int
    let isElsewhere: Bool
    let status: StatusText.JSON
  }

  private let report: AnswerReport
  private let status: DeviceStatus

  init(_ report: AnswerReport, _ status: DeviceStatus) {
    self.report = report
    self.status = status
  }

  var json: JSON {
    JSON(
      isDone: report.outcome == .done, setsStored: report.setsStored, setsCommitted: report.setsCommitted,
      setsReceived: report.setsReceived, isElsewhere: report.isElsewhere, status: StatusText.JSON(status))
  }

  func text(in messages: Messages = Speech.messages) -> String {
    let counts = [report.setsStored, report.setsCommitted, report.setsReceived]
    var lines = [messages.text(SyncKey.answerTaken, counts.map { .number($0) })]
    if report.isElsewhere { lines.append(messages.text(SyncKey.answerLater)) }
    return (lines + [StatusText.text(status, in: messages)]).joined(separator: "\n")
  }

  func failure(in messages: Messages = Speech.messages) -> Failure? {
    SyncText.failure(report.outcome, in: messages)
  }
}
