import LokBooks
package import LokDevice
package import LokText

/// What was written down, and what the phone expects to become of it.
package enum RecordedText {
  package static func text(_ set: RecordedSet, in messages: Messages = Speech.messages) -> String {
    let place: [MessageArgument] = [.text("\(set.device)"), .number(set.firstDeviceSeq.rawValue)]
    let isDecision = set.kind == .decision
    // Nobody names a decision by its id.
    let ids = isDecision ? [] : set.newRecords.map(\.description)
    var lines = [
      set.count == 1
        ? messages.text(RecordedKey.one, place)
        : messages.text(RecordedKey.many, place + [.number(set.count)])
    ]
    if ids.count > 8 {
      let first = ids.prefix(3).joined(separator: " ")
      lines.append(
        messages.text(
          RecordedKey.newMany, [.text(first), .text(ids.last ?? ""), .number(ids.count)]))
    } else if !ids.isEmpty {
      lines.append(messages.text(RecordedKey.new, [.text(ids.joined(separator: " "))]))
    }
    for payment in set.payments {
      let parts = payment.parts.map { part in
        "\(messages.text(DueKey(part.kind))) \(Rupees.text(part.amount))"
      }
      lines.append(
        messages.text(
          RecordedKey.allocated, [.text(payment.loan.description), .text(parts.joined(separator: ", "))]))
    }
    // What is simply accepted is said once, whatever it names.
    let verdicts = ([set.provisional.whole].compactMap { $0 } + set.provisional.changes)
      .filter { $0.word != .accepted }
    if verdicts.isEmpty {
      lines.append(messages.text(isDecision ? RecordedKey.expectedDecided : .expectedInBooks))
    }
    for verdict in verdicts {
      let words = VerdictText.text(verdict, in: messages)
      lines.append(messages.text(RecordedKey.expected, [.text(words)]))
    }
    return lines.joined(separator: "\n")
  }

  struct JSON: Encodable {
    let device: UInt32
    let firstDeviceSeq: UInt64
    let count: UInt32
    let cbo: String
    let newRecords: [String]
    let provisional: [VerdictText.JSON]
    let payments: [Payment]

    struct Payment: Encodable {
      let loan: String
      /// Paise by kind of due.
      let parts: [String: Int64]
    }

    init(_ set: RecordedSet) {
      device = set.device.rawValue
      firstDeviceSeq = set.firstDeviceSeq.rawValue
      count = set.count
      cbo = set.cbo.description
      newRecords = set.newRecords.map(\.description)
      provisional = ([set.provisional.whole].compactMap { $0 } + set.provisional.changes)
        .map(VerdictText.JSON.init)
      payments = set.payments.map { payment in
        Payment(
          loan: payment.loan.description,
          parts: Dictionary(payment.parts.map { ($0.kind.word, $0.amount.rawValue) }) { $0 + $1 })
      }
    }
  }
}
