package import LokBooks
import LokText
package import LokDevice

/// What waits for a checker, a line each.
package enum DecisionText {
  package static func list(_ open: [OpenDecision], block: BlockCode) -> String {
    guard !open.isEmpty else { return "Nothing waits for a checker here" }
    var table = Table([
      .init("SET"), .init("GROUP"), .init("MEETING", .right), .init("DATE"), .init("CLOSING CASH", .right),
      .init("DEVICE", .right), .init("WHY"),
    ])
    for decision in open {
      table.append([
        "\(reference(decision, block))", "\(decision.cbo) \(Printable.text(decision.cboName ?? ""))",
        decision.meeting.map { "\($0.number)" } ?? "", decision.meeting.map { "\($0.day)" } ?? "",
        decision.meeting.map { Rupees.text($0.closingCash) } ?? "", "\(decision.writer)", why(decision),
      ])
    }
    return table.text
  }

  private static func why(_ decision: OpenDecision) -> String {
    let words = decision.verdict.map { VerdictText.text($0) } ?? "counts, not approved yet"
    return decision.isOwn ? "\(words) (own work: another checker decides)" : words
  }

  private static func reference(_ decision: OpenDecision, _ block: BlockCode) -> SetReference {
    SetReference(block: block, seq: decision.seq, index: decision.index)
  }

  struct JSON: Encodable {
    let set: String
    let cbo: String
    let cboName: String?
    let device: UInt32
    let isOwn: Bool
    let meetingNumber: UInt32?
    let day: String?
    let closingCashPaise: Int64?
    let verdict: VerdictText.JSON?

    init(_ decision: OpenDecision, block: BlockCode) {
      set = DecisionText.reference(decision, block).description
      cbo = decision.cbo.description
      cboName = decision.cboName
      device = decision.writer.rawValue
      isOwn = decision.isOwn
      meetingNumber = decision.meeting?.number
      day = decision.meeting?.day.description
      closingCashPaise = decision.meeting?.closingCash.rawValue
      verdict = decision.verdict.map(VerdictText.JSON.init)
    }
  }
}
