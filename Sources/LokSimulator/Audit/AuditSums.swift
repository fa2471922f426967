/// What a shard holds, from its journal and its books; not what the server counted.
struct AuditSums {
  let sets: Int
  let changes: Int
  /// Of all entries that count.
  let paise: Int64
  /// Set aside, quarantined or refused.
  let notAccepted: Int

  init(path: String) throws {
    let row = try AuditFile(path: path).rows(Self.sums).first
    sets = Int(row?.integer("sets") ?? 0)
    changes = Int(row?.integer("changes") ?? 0)
    paise = row?.integer("paise") ?? 0
    notAccepted = Int(row?.integer("aside") ?? 0)
  }

  /// Kind 1 = a set of a phone.
  private static let sums = """
    SELECT (SELECT COUNT(*) FROM journal WHERE kind = 1) AS sets,
      (SELECT COALESCE(SUM(count), 0) FROM journal WHERE kind = 1) AS changes,
      (SELECT COALESCE(SUM(amount_paise), 0) FROM entry WHERE posted) AS paise,
      (SELECT set_aside + quarantined + refused FROM rollup) AS aside
    """
}
