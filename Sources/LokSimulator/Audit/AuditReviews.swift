import GRDB
import LokBooks
import LokWire

/// Offices, account numbers and whether a group is at work: the old one stands until a checker decides for
/// the new one, and stays where she decides against it. Played again from the acts in their order.
struct AuditReviews {
  private struct Value {
    var cbo: UInt64
    var text: String
  }
  private let block: BlockAudit
  /// By member, bank account or group, as they stand in the end.
  private var values: [UInt64: Value] = [:]
  /// What stood when the checker decided, by her act.
  private var before: [(act: Act, text: String)] = []
  /// Edits that nobody has decided about.
  private var open: [Int: EditDeed] = [:]

  init(_ block: BlockAudit) {
    self.block = block
    for act in block.acts {
      let id = block.recorded[act.act]?.records.first ?? 0
      if act.group != nil { values[id] = Value(cbo: id, text: "1") }
      if let deed = act.member, let cbo = block.cbo(of: deed.group) {
        values[id] = Value(cbo: cbo, text: "\(deed.designation)")
      }
      if let deed = act.account, let cbo = block.cbo(of: deed.group) {
        values[id] = Value(cbo: cbo, text: deed.number)
      }
      if let edit = act.edit, edit.isReviewed { open[act.act] = edit }
      guard let decision = act.decision, let edit = open.removeValue(forKey: decision.target),
        let record = block.record(edited: edit)
      else { continue }
      before.append((act, values[record]?.text ?? "none"))
      if decision.word == .release, let text = edit.newcomer {
        values[record]?.text = text
      }
    }
  }

  /// Each edit was put off when it came, and the old value stood until the checker's word.
  func compareDecisions(_ report: inout AuditReport) throws {
    for act in block.acts {
      guard let edit = act.edit, edit.isReviewed, let place = block.recorded[act.act] else { continue }
      let row = try block.file.rows(
        """
        SELECT j.verdicts FROM device_set s JOIN journal j ON j.seq = s.seq
        WHERE s.device = ? AND s.first_device_seq = ?
        """, [Int64(place.device), Int64(bitPattern: place.firstDeviceSeq)]
      ).first
      let word = try row.flatMap { try Verdicts(decoding: $0.bytes("verdicts")).changes.first?.word }
      report.compare(
        .review, block: block.block, cbo: place.cbo, at: "act \(act.act)", expected: "under review",
        found: word == .review ? "under review" : word.map { "\($0)" } ?? "accepted")
    }
    for (act, text) in before {
      let place = block.recorded[act.act]
      report.compare(
        .review, block: block.block, cbo: place?.cbo, at: "act \(act.act), before the decision",
        expected: text, found: place?.seen ?? "none")
    }
    let left = try block.file.rows("SELECT COUNT(*) AS n FROM set_aside WHERE idx >= 0 AND word = 5")
    report.compare(
      .review, block: block.block, at: "without a decision", expected: open.count,
      found: Int(left.first?.integer("n") ?? 0))
  }

  /// - Parameter held: the groups that have to be there; nil = all.
  func compare(
    with file: AuditFile, of held: Set<UInt64>?, at place: String, _ report: inout AuditReport
  ) throws {
    var stored: [UInt64: String] = [:]
    for row in try file.rows(
      """
      SELECT id, CAST(designation AS TEXT) AS text FROM member
      UNION ALL SELECT id, account_number FROM bank_account
      UNION ALL SELECT id, CAST(status AS TEXT) FROM cbo
      """)
    { stored[row.unsigned("id")] = row["text"] }
    for (id, value) in values.sorted(by: { $0.key < $1.key }) where held?.contains(value.cbo) ?? true {
      report.compare(
        .review, block: block.block, cbo: value.cbo, at: "\(place), record \(id >> 32)-\(id & 0xFFFF_FFFF)",
        expected: value.text, found: stored[id] ?? "none")
    }
  }
}
