package import LokBooks
package import LokShard
import LokText

/// A block's overview as a page of tables.
package struct ShardText {
  /// What "quiet for" is reckoned from.
  package var now: Timestamp

  package init(now: Timestamp) { self.now = now }

  /// Sections without a row are told in one line, not left out: an operator looks for them.
  package func text(_ overview: ShardOverview) -> String {
    [
      facts(overview.summary),
      section("Trial balance", overview.trialBalance.isEmpty ? nil : balance(overview.trialBalance)),
      section("Devices", overview.devices.isEmpty ? nil : devices(overview)),
      section("Waiting and flagged", overview.setAside.isEmpty ? nil : setAside(overview)),
      section(
        "Quarantine",
        overview.quarantine.isEmpty
          ? nil : Self.quarantine(overview.quarantine, of: BlockCode(overview.summary.block))),
      section("Conflicts", overview.conflicts.isEmpty ? nil : Self.conflicts(overview.conflicts)),
    ].joined(separator: "\n\n")
  }

  private func section(_ title: String, _ body: String?) -> String {
    body.map { "\(title)\n\($0)" } ?? "\(title): none"
  }

  private func facts(_ summary: ShardInspector.Summary) -> String {
    var facts = FactSheet()
    facts.append("Block", "\(summary.block) \(summary.name)")
    facts.append("Epoch", summary.epoch.isEmpty ? "not opened" : summary.epoch)
    facts.append("Last LSN, last seq", "\(Count.text(summary.appliedLSN)), \(Count.text(summary.lastSeq))")
    facts.append("Sets, changes", "\(Count.text(summary.sets)), \(Count.text(summary.changes))")
    facts.append("Groups, members", "\(Count.text(summary.cbos)), \(Count.text(summary.members))")
    facts.append("Meetings, entries", "\(Count.text(summary.meetings)), \(Count.text(summary.entries))")
    facts.append(
      "Set aside, quarantined, refused",
      "\(Count.text(summary.setAside)), \(Count.text(summary.quarantined)), \(Count.text(summary.refused))")
    facts.append("Last contact", Moment.text(Timestamp(milliseconds: summary.lastContact)))
    return facts.text
  }

  private func balance(_ lines: [ShardInspector.AccountBalance]) -> String {
    var table = Table([
      .init("ACCOUNT", .right), .init("NAME"), .init("DEBIT", .right), .init("CREDIT", .right),
    ])
    var debit: Paise? = .zero
    var credit: Paise? = .zero
    for line in lines {
      table.append(["\(line.account)", line.name, side(line.debitPaise), side(line.creditPaise)])
      debit = debit?.adding(Paise(line.debitPaise))
      credit = credit?.adding(Paise(line.creditPaise))
    }
    table.append(["", "Sum", debit.map { Rupees.text($0) } ?? "", credit.map { Rupees.text($0) } ?? ""])
    let isBalanced = debit != nil && debit == credit
    return table.text + (isBalanced ? "" : "\nDebits and credits differ: run loksync shard verify")
  }

  private func side(_ paise: Int64) -> String { paise == 0 ? "" : Rupees.text(Paise(paise)) }

  private func devices(_ overview: ShardOverview) -> String {
    var table = Table([
      .init("DEVICE", .right), .init("ROLE"), .init("STATUS"), .init("SCOPE"),
      .init("NEXT DEVICE SEQ", .right), .init("LAST SEQ", .right), .init("BEHIND", .right),
      .init("QUIET FOR", .right),
    ])
    for device in overview.devices {
      table.append([
        "\(device.number)", device.role, device.status,
        shortened(device.scope.split(separator: ",").map(String.init)),
        Count.text(device.nextDeviceSeq), Count.text(device.lastSeq),
        Count.text(overview.summary.lastSeq - device.lastSeq),
        device.lastReceived == 0
          ? "-" : Moment.age(milliseconds: now.milliseconds - device.lastReceived),
      ])
    }
    return table.text
  }

  private func shortened(_ scope: [String]) -> String {
    scope.count <= 4
      ? scope.joined(separator: " ")
      : scope.prefix(3).joined(separator: " ")
        + " and \(scope.count - 3) more"
  }

  private func setAside(_ overview: ShardOverview) -> String {
    var table = Table([
      .init("SET"), .init("GROUP"), .init("MEETING", .right), .init("WORD"), .init("SINCE"), .init("WHY"),
    ])
    for item in overview.setAside {
      table.append([
        place(overview, item.seq, item.index), item.cbo,
        item.meetingNumber.map(String.init) ?? "", item.word,
        Moment.text(Timestamp(milliseconds: item.received)),
        Self.why(item.reason, item.arguments, item.record),
      ])
    }
    return table.text
  }

  package static func quarantine(_ kept: [ShardInspector.Quarantined], of block: BlockCode) -> String {
    guard !kept.isEmpty else { return "Nothing is in quarantine" }
    var table = Table([
      .init("SET"), .init("DEVICE", .right), .init("DEVICE SEQ", .right), .init("CHANGES", .right),
      .init("BYTES", .right), .init("SINCE"), .init("WHY"),
    ])
    for item in kept {
      table.append([
        "\(block)@\(item.seq)", "\(item.device)", Count.text(item.firstDeviceSeq),
        Count.text(item.count), Count.text(item.bytes), Moment.text(Timestamp(milliseconds: item.received)),
        why(item.reason, "", nil),
      ])
    }
    return table.text
  }

  package static func conflicts(_ conflicts: [ShardInspector.Conflict]) -> String {
    guard !conflicts.isEmpty else { return "No conflicts" }
    var table = Table([
      .init("RECORD"), .init("FIELD"), .init("RULE"), .init("KEPT"), .init("BY"), .init("NOT KEPT"),
      .init("BY"),
    ])
    for item in conflicts {
      table.append([
        item.record, item.fieldName, item.rule, value(item.winner, item),
        "device \(item.winnerDevice) @\(item.winnerSeq)", value(item.loser, item),
        "device \(item.loserDevice) @\(item.loserSeq)",
      ])
    }
    return table.text
  }

  private static func value(_ text: String, _ item: ShardInspector.Conflict) -> String {
    FieldWords.text(text, of: item.fieldName, Entity(rawValue: item.entity))
  }

  /// A set is BLOCK@SEQ, a change BLOCK@SEQ.INDEX.
  private func place(_ overview: ShardOverview, _ seq: Int64, _ index: Int64?) -> String {
    "\(overview.summary.block)@\(seq)" + (index.map { ".\($0)" } ?? "")
  }

  private static func why(_ code: String, _ arguments: String, _ record: String?) -> String {
    guard let reason = Reason.allCases.first(where: { $0.code == code }) else { return code }
    return ReasonText(
      reason, arguments: arguments.split(separator: ",").compactMap { Int64($0) },
      record: record.flatMap { RecordID(text: $0) }
    ).text
  }
}
