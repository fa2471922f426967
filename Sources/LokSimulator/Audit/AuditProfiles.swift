import GRDB

/// Profiles as checkers left them: where each stands and which number its printed code has, played again
/// from the acts in their order.
struct AuditProfiles {
  private struct Profile {
    var cbo: UInt64
    /// Groups and members have a printed code.
    var letter: Character?
    /// 0 awaits a checker, 1 approved, 2 rejected.
    var standing: Int64 = 0
    /// 0 = none.
    var serial: Int64 = 0
  }
  private var profiles: [UInt64: Profile] = [:]
  /// The last number given in the block, by letter.
  private var given: [Character: Int64] = [:]

  init(_ block: BlockAudit) {
    for act in block.acts {
      let id = block.recorded[act.act]?.records.first ?? 0
      if let deed = act.group, let cbo = block.cbo(of: deed.group) {
        profiles[id] = Profile(cbo: cbo, letter: "G")
      }
      if let deed = act.member, let cbo = block.cbo(of: deed.group) {
        profiles[id] = Profile(cbo: cbo, letter: "M")
      }
      if let deed = act.account, let cbo = block.cbo(of: deed.group) { profiles[id] = Profile(cbo: cbo) }
      if let edit = act.edit { reopen(edited(edit, in: block)) }
      guard let deed = act.profiles else { continue }
      for id in decided(deed, in: block) { decide(deed.word, about: id) }
    }
  }

  private func edited(_ edit: EditDeed, in block: BlockAudit) -> UInt64? {
    block.record(edited: edit)
  }

  private func decided(_ deed: ProfileDeed, in block: BlockAudit) -> [UInt64] {
    let group = deed.isOfGroup ? block.cbo(of: deed.group) : nil
    let account = deed.isOfAccount ? block.account(of: deed.group) : nil
    return [group].compactMap { $0 } + deed.members.compactMap { block.member($0, of: deed.group) }
      + [account].compactMap { $0 }
  }

  /// What came back is looked at once more when its maker has changed it.
  private mutating func reopen(_ id: UInt64?) {
    guard let id, profiles[id]?.standing == 2 else { return }
    profiles[id]?.standing = 0
  }

  /// The first approval gives the next number of the block.
  private mutating func decide(_ word: ProfileDeed.Word, about id: UInt64) {
    profiles[id]?.standing = word == .approve ? 1 : 2
    guard word == .approve, let letter = profiles[id]?.letter, profiles[id]?.serial == 0 else { return }
    given[letter, default: 0] += 1
    profiles[id]?.serial = given[letter, default: 0]
  }

  /// - Parameter held: the groups that have to be there; nil = all.
  func compare(
    with file: AuditFile, of held: Set<UInt64>?, block: UInt32, at place: String, _ report: inout AuditReport
  ) throws {
    var stored: [UInt64: Row] = [:]
    for row in try file.rows(
      """
      SELECT id, profile, code_serial FROM cbo UNION ALL SELECT id, profile, code_serial FROM member
      UNION ALL SELECT id, profile, NULL FROM bank_account
      """)
    { stored[row.unsigned("id")] = row }
    for (id, profile) in expected(of: held) {
      let found = stored[id]
      report.compare(
        .profile, block: block, cbo: profile.cbo, at: "\(place), \(Self.name(id))",
        expected: Self.text(profile.standing, profile.serial),
        found: found.map { Self.text($0.integer("profile"), $0.integer("code_serial")) } ?? "none")
    }
  }

  /// The codes that a phone shows.
  func compare(
    _ codes: [UInt64: String], of held: Set<UInt64>, block: UInt32, at place: String,
    _ report: inout AuditReport
  ) {
    for (id, profile) in expected(of: held) where profile.serial > 0 || codes[id] != nil {
      let code = profile.letter.flatMap { letter in
        profile.serial > 0 ? AuditCodes.text(block: block, letter: letter, serial: profile.serial) : nil
      }
      report.compare(
        .code, block: block, cbo: profile.cbo, at: "\(place), \(Self.name(id))", expected: code ?? "none",
        found: codes[id] ?? "none")
    }
  }

  private func expected(of held: Set<UInt64>?) -> [(UInt64, Profile)] {
    profiles.filter { held?.contains($0.value.cbo) ?? true }.sorted { $0.key < $1.key }
  }

  private static func text(_ standing: Int64, _ serial: Int64) -> String {
    let words: [Int64: String] = [0: "pending", 1: "approved", 2: "rejected"]
    return "\(words[standing] ?? "standing \(standing)"), number \(serial)"
  }

  private static func name(_ id: UInt64) -> String { "profile \(id >> 32)-\(id & 0xFFFF_FFFF)" }
}
