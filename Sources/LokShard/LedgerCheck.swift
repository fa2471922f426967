import LokBooks
import LokMerge
import LokSQLite

/// The laws of a block's books, held to its tables alone: neither the journal nor `Apply` is asked, so that a
/// fault of theirs is found as well as a changed file.
///
/// 1. An entry counts (`posted`) exactly where its set stands in the journal as a set, is not set aside, and
///    its meeting was posted and not taken back. What is flagged, waiting, rejected, refused or in quarantine
///    counts nothing.
/// 2. A balance is what the entries that count make of it: debits less credits of its account. An entry moves
///    a share of an account that has a party (`Account.party`) where it names the record for that party
///    (`LedgerLine.Share`): a member on 2001-2004, a loan on 1100, 1110, 2100-2130 and 2150, a bank account
///    on 1010.
/// 3. The shares of an account add up to the control account, less what entries moved that name nobody.
///    Members' savings (2001-2004) and loans given (1100, 1110) know no such entries: there the shares are
///    the account. Opening balances and free vouchers may name no loan of a lender (2120, 2130), and any
///    entry may leave out which bank account (1010) or which loan owed (2100, 2110, 2150) it moves.
/// 4. Debits are credits: the control balances of a CBO add up to nothing, and those of the block.
/// 5. A cut-off that a checker approved balances by itself: its own lines leave nothing on the account of the
///    difference (3990).
///
/// Sums are 128 bits wide: a changed value cannot overflow them.
struct LedgerCheck {
  private let connection: Connection
  private var found: [ShardFinding] = []
  /// By the entries that count.
  private var made: [BalanceKey: Int128] = [:]
  /// Of a control account with a party: by the entries that name nobody.
  private var nameless: [BalanceKey: Int128] = [:]
  private var stored: [BalanceKey: Int128] = [:]
  private static let shownPerLaw = 20

  private init(connection: Connection) { self.connection = connection }

  /// Empty = the books keep every law. Reads inside the caller's transaction.
  static func findings(in connection: Connection) throws -> [ShardFinding] {
    var check = LedgerCheck(connection: connection)
    try check.readEntries()
    try check.readBalances()
    check.checkBalances()
    check.checkShares()
    check.checkTrialBalances()
    try check.checkCutoffs()
    return check.found
  }

  private mutating func readEntries() throws {
    var shown = 0
    try connection.statement(
      """
      SELECT entry.id, entry.cbo, posted, amount_paise, debit_account, credit_account, member, loan,
        bank_account, journal.kind, set_aside.word, meeting.standing
      FROM entry LEFT JOIN journal ON journal.seq = entry.seq
        LEFT JOIN set_aside ON set_aside.seq = entry.seq AND set_aside.idx = -1
        LEFT JOIN meeting ON meeting.id = entry.meeting AND meeting.seq = entry.seq
      ORDER BY entry.id
      """
    ).forEach { row in
      let whyNot = Self.whyNotCounting(row)
      if whyNot == nil { add(row) }
      guard row.integer(2) != (whyNot == nil ? 1 : 0), shown < Self.shownPerLaw else { return }
      shown += 1
      let (id, cbo) = (RecordID(rawValue: row.unsigned(0)), RecordID(rawValue: row.unsigned(1)))
      found.append(
        ShardFinding(
          place: "entry \(id) of \(cbo)",
          problem: whyNot.map { "counts \(row.integer(3)) paise, though \($0)" }
            ?? "does not count, though its meeting stands"))
    }
  }

  /// Nil = the entry's set counts.
  private static func whyNotCounting(_ row: Row) -> String? {
    guard let kind = row.optionalInteger(9) else { return "its set is not in the journal" }
    guard kind == Envelope.Kind.set.rawValue else { return "its set is in quarantine or was refused" }
    if let word = row.optionalInteger(10) {
      return "its set is \(word == Word.waiting.rawValue ? "waiting" : "flagged")"
    }
    guard let standing = row.optionalInteger(11) else { return "its meeting was not posted" }
    return standing == HeldMeeting.Standing.rejected.rawValue ? "its meeting was taken back" : nil
  }

  private mutating func add(_ row: Row) {
    let amount = Int128(row.integer(3))
    for (column, change) in [(4, amount), (5, 0 - amount)] {
      guard let code = row.optionalInteger(column) else { continue }
      let control = BalanceKey(
        cbo: RecordID(rawValue: row.unsigned(1)), account: Account(rawValue: UInt32(clamping: code)))
      made[control, default: 0] += change
      guard let party = control.account.party else { continue }
      if let record = Self.record(of: party, row) {
        made[BalanceKey(cbo: control.cbo, account: control.account, subLedger: record), default: 0] += change
      } else {
        nameless[control, default: 0] += change
      }
    }
  }

  private static func record(of party: Account.Party, _ row: Row) -> RecordID? {
    let column =
      switch party {
      case .member: 6
      case .loan, .lendersLoan, .owedLoan: 7
      case .bankAccount: 8
      }
    return row.optionalInteger(column).map { RecordID(rawValue: UInt64(bitPattern: $0)) }
  }

  private mutating func readBalances() throws {
    try connection.statement("SELECT cbo, account, sub_ledger, paise FROM balance").forEach { row in
      let key = BalanceKey(
        cbo: RecordID(rawValue: row.unsigned(0)),
        account: Account(rawValue: UInt32(clamping: row.integer(1))),
        subLedger: row.integer(2) == 0 ? nil : RecordID(rawValue: row.unsigned(2)))
      stored[key] = Int128(row.integer(3))
    }
  }

  private mutating func checkBalances() {
    let keys = Set(stored.keys).union(made.keys)
    let wrong = keys.filter { stored[$0, default: 0] != made[$0, default: 0] }
    for key in wrong.sorted(by: Self.isBefore).prefix(Self.shownPerLaw) {
      let share = key.subLedger.map { " share \($0)" } ?? ""
      report(
        "balance of \(key.cbo) account \(key.account.rawValue)\(share)", key, "its entries make",
        expected: made[key, default: 0], found: stored[key, default: 0])
    }
  }

  private mutating func checkShares() {
    var shares: [BalanceKey: Int128] = [:]
    for (key, paise) in stored {
      let control = BalanceKey(cbo: key.cbo, account: key.account)
      if key.subLedger != nil { shares[control, default: 0] += paise }
    }
    let controls = Set(shares.keys).union(
      stored.keys.filter { $0.subLedger == nil && $0.account.party != nil })
    func expected(_ control: BalanceKey) -> Int128 {
      let isAlwaysNamed = control.account.party == .member || control.account.party == .loan
      return stored[control, default: 0] - (isAlwaysNamed ? 0 : nameless[control, default: 0])
    }
    let wrong = controls.filter { shares[$0, default: 0] != expected($0) }
    for control in wrong.sorted(by: Self.isBefore).prefix(Self.shownPerLaw) {
      report(
        "shares of \(control.cbo) account \(control.account.rawValue)", control, "the account has",
        expected: expected(control), found: shares[control, default: 0])
    }
  }

  private mutating func checkTrialBalances() {
    var sides: [RecordID: (debit: Int128, credit: Int128)] = [:]
    for (key, paise) in stored where key.subLedger == nil {
      if paise > 0 { sides[key.cbo, default: (0, 0)].debit += paise }
      if paise < 0 { sides[key.cbo, default: (0, 0)].credit -= paise }
    }
    let block = sides.values.reduce((debit: Int128(0), credit: Int128(0))) {
      ($0.debit + $1.debit, $0.credit + $1.credit)
    }
    let wrong = sides.filter { $0.value.debit != $0.value.credit }.sorted { $0.key < $1.key }
    for (cbo, sum) in wrong.prefix(Self.shownPerLaw) { reportTrial(cbo, sum) }
    if block.debit != block.credit { reportTrial(nil, block) }
  }

  private mutating func checkCutoffs() throws {
    try connection.statement(
      """
      SELECT meeting.cbo, meeting.number, sum(CASE WHEN debit_account = ?1 THEN amount_paise ELSE 0 END)
        - sum(CASE WHEN credit_account = ?1 THEN amount_paise ELSE 0 END) AS left_paise
      FROM meeting JOIN entry ON entry.seq = meeting.seq
      WHERE meeting.type = ?2 AND meeting.standing = ?3
      GROUP BY meeting.seq HAVING left_paise != 0 ORDER BY meeting.cbo LIMIT ?4
      """
    ).bind(
      Account.openingDifference.rawValue, MeetingType.cutoff.rawValue,
      HeldMeeting.Standing.approved.rawValue, Self.shownPerLaw
    ).forEach { row in
      let key = BalanceKey(cbo: RecordID(rawValue: row.unsigned(0)), account: .openingDifference)
      report(
        "cut-off \(row.integer(1)) of \(key.cbo), approved", key, "an approved one leaves", expected: 0,
        found: Int128(row.integer(2)))
    }
  }

  private mutating func reportTrial(_ cbo: RecordID?, _ sum: (debit: Int128, credit: Int128)) {
    found.append(
      ShardFinding(
        place: "trial balance of \(cbo?.description ?? "the block")",
        problem: "debits are \(sum.debit) paise, credits \(sum.credit)",
        sum: .init(
          cbo: cbo, account: nil, share: nil, expected: Self.paise(sum.debit), found: Self.paise(sum.credit)))
    )
  }

  private mutating func report(
    _ place: String, _ key: BalanceKey, _ why: String, expected: Int128, found paise: Int128
  ) {
    found.append(
      ShardFinding(
        place: place, problem: "\(paise) paise, \(why) \(expected)",
        sum: .init(
          cbo: key.cbo, account: key.account, share: key.subLedger, expected: Self.paise(expected),
          found: Self.paise(paise))))
  }

  private static func paise(_ sum: Int128) -> Paise { Paise(Int64(clamping: sum)) }

  private static func isBefore(_ a: BalanceKey, _ b: BalanceKey) -> Bool {
    (a.cbo, a.account, a.subLedger?.rawValue ?? 0) < (b.cbo, b.account, b.subLedger?.rawValue ?? 0)
  }
}
