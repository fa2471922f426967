/// Believes nobody: after the last sync of a run it compares what people did with what stands in
/// the shards and on the phones. It reads files with SQL and computes hashes, postings and trees by its own
/// code; of the project's it uses only the decoding of messages.
package struct Audit: Sendable {
  package var acts: [Act]
  package var recorded: [Recorded]
  /// The shard file of each block.
  package var shards: [UInt32: String]
  package var phones: [AuditedPhone]
  package var heads: [AuditedHead]

  package init(
    acts: [Act], recorded: [Recorded], shards: [UInt32: String], phones: [AuditedPhone], heads: [AuditedHead]
  ) {
    self.acts = acts
    self.recorded = recorded
    self.shards = shards
    self.phones = phones
    self.heads = heads
  }

  /// The files as a run leaves them.
  package init(
    acts: String, recorded: String, shards: [UInt32: String], phones: [AuditedPhone], heads: [AuditedHead]
  ) throws {
    self.init(
      acts: try ActFile.read(acts), recorded: try Recorded.read(recorded), shards: shards, phones: phones,
      heads: heads)
  }

  /// - Parameter progress: called after each block with how many are done.
  package func report(progress: (Int) -> Void = { _ in }) -> AuditReport {
    guard !shards.isEmpty else { return reportOfPhones() }
    var report = AuditReport()
    expectations(&report)
    let actsOf = Dictionary(grouping: acts, by: \.block)
    let recordedOf = Dictionary(grouping: recorded, by: \.block)
    let phonesOf = Dictionary(grouping: phones, by: \.block)
    for (place, block) in actsOf.keys.sorted().enumerated() {
      do {
        guard let path = shards[block] else {
          report.find(.arrival, block: block, expected: "a shard", found: "none")
          continue
        }
        var blockAudit = try BlockAudit(
          block: block, path: path, acts: actsOf[block] ?? [], recorded: recordedOf[block] ?? [])
        try blockAudit.compareBooks(&report)
        try blockAudit.compareProofs(
          heads.filter { $0.block == block }, phones: phonesOf[block] ?? [], &report)
        for phone in phonesOf[block] ?? [] { comparePhone(phone, blockAudit, &report) }
      } catch {
        report.find(.arrival, block: block, expected: "a readable shard", found: "\(error)")
      }
      progress(place + 1)
    }
    return report
  }

  /// Where the server's files cannot be read from here: what the phones alone can tell.
  private func reportOfPhones() -> AuditReport {
    var report = AuditReport()
    report.expect(.phone, atLeast: Set(acts.map(\.phone)).count)
    report.expect(.digest, atLeast: Set(acts.compactMap { $0.member?.group }).count)
    for phone in phones {
      report.compare(
        .phone, block: phone.block, at: "phone \(phone.phone)", expected: true, found: phone.lastSync != nil)
      report.findOwn(of: phone)
      let server = Dictionary(phone.server.map { ($0.cbo, $0) }, uniquingKeysWith: { first, _ in first })
      for own in phone.own {
        report.count(.chain)
        report.compare(
          .digest, block: phone.block, cbo: own.cbo, at: "phone \(phone.phone)",
          expected: server[own.cbo].map(text) ?? "an answer", found: text(own))
      }
    }
    return report
  }

  private func text(_ digest: AuditedPhone.Digest) -> String {
    "seq \(digest.seq) chain \(AuditBytes.hexadecimal(digest.chain)) "
      + "state \(AuditBytes.hexadecimal(digest.state))"
  }

  private func comparePhone(_ phone: AuditedPhone, _ block: BlockAudit, _ report: inout AuditReport) {
    do {
      try PhoneAudit(phone: phone, block: block).compare(&report)
    } catch {
      report.find(
        .phone, block: phone.block, at: "phone \(phone.phone)", expected: "a readable file", found: "\(error)"
      )
    }
  }

  /// What has to be compared at the least: from the acts, before any file of the run is opened.
  private func expectations(_ report: inout AuditReport) {
    report.expect(.arrival, atLeast: acts.count)
    report.expect(.verdict, atLeast: acts.count)
    let meetings = acts.compactMap(\.meeting)
    report.expect(.line, atLeast: meetings.reduce(0) { $0 + $1.lines.count })
    report.expect(.group, atLeast: Set(meetings.map(\.group)).count)
    let blocks = Set(acts.map(\.block)).count
    report.expect(.block, atLeast: blocks)
    report.expect(.head, atLeast: blocks)
    let groups = Set(meetings.map(\.group)).count
    report.expect(.trialBalance, atLeast: groups)
    report.expect(.subLedger, atLeast: groups * AuditPostings.shared.count)
    report.expect(.loan, atLeast: meetings.reduce(acts.count { $0.lending != nil }) { $0 + $1.loans.count })
    let given = meetings.flatMap(\.loans).filter { $0.member != nil }.count
    // The terms of each, and each that was paid out on two days.
    let paidOut = acts.filter(\.outcome.counts).compactMap(\.meeting).flatMap(\.lines)
    report.expect(.overdue, atLeast: given + 2 * paidOut.count { $0.kind == 10 && $0.reverses == nil })
    report.expect(.opening, atLeast: acts.count { $0.meeting?.kind == .cutoff && $0.outcome.counts })
    report.expect(.standing, atLeast: meetings.count)
    let profiles = acts.count { $0.group != nil || $0.member != nil || $0.account != nil }
    report.expect(.profile, atLeast: profiles)
    report.expect(
      .code,
      atLeast: acts.compactMap(\.profiles).filter { $0.word == .approve }.reduce(0) {
        $0 + $1.members.count + ($1.isOfGroup ? 1 : 0)
      })
    let closings = acts.count { $0.meeting?.kind == .closing && $0.outcome.counts }
    report.expect(.closing, atLeast: closings)
    // Each office, account number and group's status, each edit of one, each word about it.
    let edits = Set(acts.filter { $0.edit?.isReviewed == true }.map(\.act))
    let words = acts.count { $0.decision.map { edits.contains($0.target) } ?? false }
    report.expect(.review, atLeast: profiles + edits.count + words)
    report.expect(.receipt, atLeast: acts.count)
    report.expect(.phone, atLeast: Set(acts.map(\.phone)).count)
    report.expect(.chain, atLeast: Set(acts.compactMap { $0.member?.group }).count)
    report.expect(.digest, atLeast: Set(acts.compactMap { $0.member?.group }).count)
  }
}
