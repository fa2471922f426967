package import LokBooks
import LokText
package import LokDevice

/// What waits for a checker, a line each.
package enum DecisionText {
  package static func list(_ open: [OpenDecision], _ profiles: [OpenProfile], block: BlockCode) -> String {
    let parts = [
      open.isEmpty ? nil : sets(open, block), proposals(in: open, block),
      profiles.isEmpty ? nil : table(profiles),
    ]
    let text = parts.compactMap { $0 }.joined(separator: "\n\n")
    return text.isEmpty ? "Nothing waits for a checker here" : text
  }

  /// What each change of a record would make of it.
  private static func proposals(in open: [OpenDecision], _ block: BlockCode) -> String? {
    var table = Table([.init("SET"), .init("FIELD"), .init("NOW"), .init("PROPOSED")])
    for decision in open {
      for (place, value) in decision.proposals.enumerated() {
        table.append([
          place == 0 ? "\(reference(decision, block))" : "", ProposalText.name(value.field),
          ProposalText.word(value.before, value.field), ProposalText.word(value.after, value.field),
        ])
      }
    }
    return table.isEmpty ? nil : table.text
  }

  private static func table(_ profiles: [OpenProfile]) -> String {
    var table = Table([
      .init("PROFILE"), .init("OF"), .init("GROUP"), .init("CHANGED"), .init("WHY"), .init("WHAT"),
    ])
    for profile in profiles {
      table.append([
        "\(profile.record)", kind(profile), "\(profile.cbo) \(Printable.text(profile.cboName ?? ""))",
        "@\(profile.seq)", why(profile), ProposalText.summary(profile.proposals),
      ])
    }
    return table.text
  }

  private static func kind(_ profile: OpenProfile) -> String {
    switch profile.entity {
    case .cbo: "group"
    case .member: "member"
    default: "bank account"
    }
  }

  private static func why(_ profile: OpenProfile) -> String {
    if profile.isRejected {
      return "rejected: \(Printable.text(profile.remark ?? "")) (waits for its maker)"
    }
    return profile.isOwn ? "not approved yet (own work: another checker decides)" : "not approved yet"
  }

  private static func sets(_ open: [OpenDecision], _ block: BlockCode) -> String {
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
    let reason = decision.verdict.map { VerdictText.text($0) } ?? "counts, not approved yet"
    let words = decision.record.map { "\($0): \(reason)" } ?? reason
    return decision.isOwn ? "\(words) (own work: another checker decides)" : words
  }

  private static func reference(_ decision: OpenDecision, _ block: BlockCode) -> SetReference {
    SetReference(block: block, seq: decision.seq, index: decision.index)
  }

  struct JSON: Encodable {
    let sets: [Decision]
    let profiles: [Profile]

    init(_ open: [OpenDecision], _ profiles: [OpenProfile], block: BlockCode) {
      sets = open.map { Decision($0, block: block) }
      self.profiles = profiles.map(Profile.init)
    }
  }

  struct Profile: Encodable {
    let record: String
    let kind: String
    let cbo: String
    let cboName: String?
    let seq: UInt64
    let isOwn: Bool
    let isRejected: Bool
    let remark: String?
    let fields: [ProposalText.JSON]

    init(_ profile: OpenProfile) {
      record = profile.record.description
      kind = DecisionText.kind(profile)
      cbo = profile.cbo.description
      cboName = profile.cboName
      seq = profile.seq.rawValue
      isOwn = profile.isOwn
      isRejected = profile.isRejected
      remark = profile.remark
      fields = profile.proposals.map(ProposalText.JSON.init)
    }
  }

  struct Decision: Encodable {
    let set: String
    let cbo: String
    let cboName: String?
    let record: String?
    let device: UInt32
    let isOwn: Bool
    let meetingNumber: UInt32?
    let day: String?
    let closingCashPaise: Int64?
    let verdict: VerdictText.JSON?
    let fields: [ProposalText.JSON]

    init(_ decision: OpenDecision, block: BlockCode) {
      set = DecisionText.reference(decision, block).description
      cbo = decision.cbo.description
      cboName = decision.cboName
      record = decision.record?.description
      device = decision.writer.rawValue
      isOwn = decision.isOwn
      meetingNumber = decision.meeting?.number
      day = decision.meeting?.day.description
      closingCashPaise = decision.meeting?.closingCash.rawValue
      verdict = decision.verdict.map(VerdictText.JSON.init)
      fields = decision.proposals.map(ProposalText.JSON.init)
    }
  }
}
