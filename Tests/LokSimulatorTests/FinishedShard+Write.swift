import Crypto
import Foundation
import GRDB
import LokBooks
import LokSimulator
import LokWire
import Testing

/// How a shard and its phones come to disk.
extension FinishedShard {
  func write(to path: String) throws {
    try DatabaseQueue(path: path).write { database in
      try database.execute(sql: Self.tables)
      for row in rows { try insert(row, database) }
      for row in chainRows {
        try database.run(
          sql: "INSERT INTO journal_by_cbo VALUES (?, ?, ?)",
          arguments: [Int64(row.cbo), Int64(row.seq), Data(row.chain)])
      }
      for line in lines { try insert(line, database) }
      for row in meetings {
        try database.run(
          sql: "INSERT INTO meeting VALUES (NULL, ?, ?, ?, ?, ?)",
          arguments: [Int64(row.cbo), row.number, row.type, row.standing, Int64(row.seq)])
      }
      for row in asides {
        try database.run(
          sql: "INSERT INTO set_aside VALUES (?, ?, -1, ?)",
          arguments: [Int64(row.cbo), Int64(row.seq), Word.flagged.rawValue])
      }
      for row in reviews {
        try database.run(
          sql: "INSERT INTO set_aside VALUES (?, ?, 0, ?)",
          arguments: [Int64(row.cbo), Int64(row.seq), Word.review.rawValue])
      }
      for row in resolutions {
        try database.run(
          sql: "INSERT OR REPLACE INTO resolved VALUES (?, -1, ?, ?)",
          arguments: [Int64(row.target), Int64(row.seq), row.word.rawValue])
      }
    }
  }

  private func insert(_ row: Row, _ database: Database) throws {
    let envelope = row.envelope
    let kept = envelope.kind == .set || envelope.kind == .resolution
    try database.run(
      sql: "INSERT INTO journal VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        Int64(envelope.seq.rawValue), envelope.kind.rawValue, Int64(envelope.device.rawValue),
        Int64(envelope.firstDeviceSeq.rawValue), Int64(envelope.count), kept ? Int64(row.place.cbo) : nil,
        envelope.received.milliseconds, Int64(envelope.hlc.rawValue), Int64(envelope.rules.rawValue),
        Data(row.verdicts), Data(kept ? row.bytes : []), Data(row.leaf),
      ])
    guard envelope.kind != .resolution else { return }
    try database.run(
      sql: "INSERT INTO device_set VALUES (?, ?, ?, ?, ?)",
      arguments: [
        Int64(row.place.device), Int64(row.place.firstDeviceSeq), row.place.count, Data(row.hash),
        Int64(envelope.seq.rawValue),
      ])
    guard row.isQuarantined else { return }
    try database.run(
      sql: "INSERT INTO quarantine VALUES (?, ?)", arguments: [Int64(envelope.seq.rawValue), Data(row.bytes)])
  }

  private func insert(
    _ place: (line: Line, cbo: UInt64, seq: UInt64, posted: Bool), _ database: Database
  ) throws {
    let line = place.line
    guard let (debit, credit) = sides(of: line) else { return }
    try database.run(
      sql: "INSERT INTO entry VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)",
      arguments: [
        Int64(line.id), Int64(place.cbo), line.day, line.deed.kind, line.deed.paise, Int64(debit.rawValue),
        Int64(credit.rawValue), line.member.map { Int64($0) }, line.loan.map { Int64($0) },
        line.bankAccount.map { Int64($0) }, line.reverses.map { Int64($0) }, Int64(place.seq), place.posted,
      ])
    guard place.posted else { return }
    for (account, paise) in [(debit, line.deed.paise), (credit, -line.deed.paise)] {
      for share in [0, owner(of: account, line)].compactMap({ $0 }) {
        try database.run(
          sql: """
            INSERT INTO balance VALUES (?, ?, ?, ?)
            ON CONFLICT (cbo, account, sub_ledger) DO UPDATE SET paise = paise + excluded.paise
            """, arguments: [Int64(place.cbo), Int64(account.rawValue), Int64(share), paise])
      }
    }
  }

  /// By the project's own table.
  private func sides(of line: Line) -> (debit: Account, credit: Account)? {
    let named = (line.deed.debit ?? line.deed.credit).map { Account(rawValue: UInt32($0)) }
    let sides: (Account, Account)? =
      switch EntryKind(rawValue: line.deed.kind) {
      case .openingDebit: named.map { ($0, .openingDifference) }
      case .openingCredit: named.map { (.openingDifference, $0) }
      case let kind?: Posting.of(kind).map { ($0.debit, $0.credit) }
      case nil: nil
      }
    return line.reverses == nil ? sides : sides.map { ($0.1, $0.0) }
  }

  private func owner(of account: Account, _ line: Line) -> UInt64? {
    switch account.party {
    case .member: line.member
    case .loan, .lendersLoan, .owedLoan: line.loan
    case .bankAccount: line.bankAccount
    case nil: nil
    }
  }

  /// The phone holds the block's tables as they are, and its own receipts and outbox.
  func writePhone(
    _ phone: Int, to path: String, copying shard: String, signedBy key: Curve25519.Signing.PrivateKey
  ) throws {
    try FileManager.default.copyItem(atPath: shard, toPath: path)
    let own = rows.filter { $0.place.phone == phone }
    try DatabaseQueue(path: path).write { database in
      try database.run(
        sql: "INSERT INTO device_identity VALUES (1, ?)", arguments: [Data(key.publicKey.rawRepresentation)])
      for row in own {
        try database.run(
          sql: "INSERT INTO device_outbox VALUES (?, 3, ?)",
          arguments: [Int64(row.place.firstDeviceSeq), Int64(row.envelope.seq.rawValue)])
      }
      for start in stride(from: 0, to: own.count, by: 3) {
        let frame = own[start..<min(start + 3, own.count)]
        let leaves = frame.map { (seq: $0.envelope.seq, leaf: $0.leaf) }
        let signed = SignedBytes.receipt(block: block, epoch: try #require(Epoch(epoch)), leaves: leaves)
        let places = leaves.flatMap { place in
          withUnsafeBytes(of: place.seq.rawValue.bigEndian) { Array($0) } + place.leaf
        }
        try database.run(
          sql: "INSERT INTO device_receipt VALUES (NULL, ?, ?, ?, ?)",
          arguments: [
            Data(epoch), Data(places), try key.signature(for: signed), Data(key.publicKey.rawRepresentation),
          ])
      }
    }
  }

  private static let tables = """
    CREATE TABLE journal (seq INTEGER PRIMARY KEY, lsn, kind, device, first_device_seq, count, cbo, received,
      hlc, rules, verdicts BLOB, changes BLOB, leaf BLOB);
    CREATE TABLE journal_by_cbo (cbo, seq, chain BLOB);
    CREATE TABLE device_set (device, first_device_seq, count, hash BLOB, seq);
    CREATE TABLE quarantine (seq INTEGER PRIMARY KEY, bytes BLOB);
    CREATE TABLE resolved (target_seq, idx, seq, word);
    CREATE TABLE entry (id INTEGER PRIMARY KEY, cbo, meeting, day, kind, amount_paise, debit_account,
      credit_account, member, loan, bank_account, reverses, remark, seq, posted);
    CREATE TABLE balance (cbo, account, sub_ledger, paise, PRIMARY KEY (cbo, account, sub_ledger));
    CREATE TABLE cbo (id INTEGER PRIMARY KEY, status INTEGER, profile, code_serial);
    CREATE TABLE member (id INTEGER PRIMARY KEY, cbo, contact, designation INTEGER, profile,
      code_serial);
    CREATE TABLE meeting (id INTEGER PRIMARY KEY, cbo, number, type, standing, seq);
    CREATE TABLE attendance (id INTEGER PRIMARY KEY, cbo);
    CREATE TABLE loan (id INTEGER PRIMARY KEY, cbo, principal_paise, annual_rate_basis_points, instalments,
      interest_method, repay_every_days, moratorium_periods);
    CREATE TABLE loan_event (id INTEGER PRIMARY KEY, cbo);
    CREATE TABLE bank_account (id INTEGER PRIMARY KEY, cbo, account_number TEXT, profile, code_serial);
    CREATE TABLE bank_statement (id INTEGER PRIMARY KEY, cbo);
    CREATE TABLE set_aside (cbo, seq, idx, word);
    CREATE TABLE device_identity (is_current, server_key BLOB);
    CREATE TABLE device_outbox (first_device_seq, state, seq);
    CREATE TABLE device_receipt (id INTEGER PRIMARY KEY, epoch BLOB, places BLOB, signature BLOB,
      server_key BLOB);
    """
}

extension Database {
  /// Prepared once a connection.
  func run(sql: String, arguments: StatementArguments) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }
}
