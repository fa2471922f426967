import LokBooks
import LokDevice
import LokShard
import LokWire

/// What a phone tells the auditor when the run is over.
extension SimulatedPhone {
  /// Reopened from disk: digests from its own file beside the server's.
  ///
  /// - Parameter days: on which its loans are looked at.
  func audited(loansOn days: [Int32]) async throws -> AuditedPhone {
    let agent = try await openDirectly()
    let compared = try await agent.digests()
    let text = { (digest: CboDigest) in
      AuditedPhone.Digest(
        cbo: digest.cbo.rawValue, seq: digest.seq.rawValue, chain: digest.chain, state: digest.state)
    }
    let groups = compared.map(\.own.cbo)
    return AuditedPhone(
      phone: plan.phone, block: plan.block, path: path, lastSync: lastSync,
      own: compared.map { text($0.own) },
      server: compared.compactMap { $0.server.map(text) },
      findings: try await agent.with { store, _ in
        try store.shard.findings().map { "\($0.cbo) \($0.place)" }
      },
      codes: try await agent.with { store, _ in try Self.codes(of: groups, in: store) },
      loans: try await agent.with { store, _ in
        try groups.flatMap { try Self.loans(of: $0, on: days, in: store) }
      })
  }

  /// As its pages about groups and members show them.
  private static func codes(of groups: [RecordID], in store: DeviceStore) throws -> [UInt64: String] {
    var codes: [UInt64: String] = [:]
    for group in groups {
      guard let profile = try store.shard.groupProfile(of: group) else { continue }
      codes[group.rawValue] = profile.code?.description
      for member in profile.members { codes[member.id.rawValue] = member.code?.description }
    }
    return codes
  }

  /// As its loan ledgers show them.
  private static func loans(
    of group: RecordID, on days: [Int32], in store: DeviceStore
  ) throws -> [AuditedPhone.Loan] {
    guard let books = try store.shard.groupBooks(of: group) else { return [] }
    return books.loans.filter { $0.member != nil }.flatMap { loan in
      let account = loan.account(in: books.entries)
      return days.compactMap { day in
        account.flatMap { LoanPosition(of: $0, asOf: Day(number: day)) }.map { position in
          AuditedPhone.Loan(
            cbo: group.rawValue, loan: loan.id.rawValue, day: day,
            outstandingPaise: position.outstanding.rawValue, overduePaise: position.principalOverdue.rawValue)
        }
      }
    }
  }
}
