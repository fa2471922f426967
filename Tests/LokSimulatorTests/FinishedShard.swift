import Crypto
import Foundation
import GRDB
import LokBooks
import LokSimulator
import LokWire
import Testing

/// A shard's rows while a finished run is being written; proofs by the project's own code, so that the
/// auditor's is held against it.
struct FinishedShard {
  struct Line {
    var id: UInt64
    var deed: MoneyDeed
    var meeting: UInt64
    var day: Int32
    var member: UInt64?
    var loan: UInt64?
  }
  private struct Row {
    var place: Recorded
    var envelope: Envelope
    var verdicts: [UInt8]
    var bytes: [UInt8]
    var hash: [UInt8]
    var leaf: [UInt8]
    var isQuarantined: Bool
  }

  let block: BlockCode
  let epoch: [UInt8]
  private var rows: [Row] = []
  private var lines: [(line: Line, cbo: UInt64, seq: UInt64, posted: Bool)] = []
  private var chains: [UInt64: (seq: UInt64, chain: [UInt8])] = [:]
  private var chainRows: [(cbo: UInt64, seq: UInt64, chain: [UInt8])] = []
  private var tree = MerkleFrontier()
  private var counters: [Int: UInt64] = [:]
  private var nextSeq: [Int: UInt64] = [:]

  init(block: BlockCode, epoch: [UInt8]) {
    self.block = block
    self.epoch = epoch
  }

  mutating func mint(_ phone: Int) -> UInt64 {
    counters[phone, default: 0] += 1
    return UInt64(phone + 1) << 32 | (counters[phone] ?? 0)
  }

  mutating func place(_ act: Act, cbo: UInt64) -> Recorded {
    let count = 1 + (act.meeting.map { $0.lines.count + $0.loans.count } ?? 0)
    let first = nextSeq[act.phone] ?? 1
    nextSeq[act.phone] = first + UInt64(count)
    return Recorded(
      act: act.act, phone: act.phone, block: act.block, device: UInt32(act.phone + 1), firstDeviceSeq: first,
      count: count, cbo: cbo, records: [])
  }

  mutating func append(
    _ place: Recorded, _ kind: Envelope.Kind, _ verdicts: Verdicts, bytes: [UInt8], _ lines: [Line] = [],
    posted: Bool = false
  ) {
    append(place, kind, verdicts, bytes, hash: Hash.sha256(bytes), isQuarantined: false)
    for line in lines { self.lines.append((line, place.cbo, UInt64(rows.count), posted)) }
    guard kind == .set, let leaf = rows.last?.leaf else { return }
    let seq = UInt64(rows.count)
    let chain = CboChain.next(after: chains[place.cbo]?.chain ?? CboChain.start, leaf: leaf)
    chains[place.cbo] = (seq, chain)
    chainRows.append((place.cbo, seq, chain))
  }

  mutating func quarantine(_ place: Recorded, _ lines: [Line]) {
    let changes = lines.map { line in
      Change(
        entity: .entry, record: RecordID(rawValue: line.id), isNew: false, hlc: .zero,
        patch: Patch([
          .init(number: 1, value: .integer(line.deed.kind)),
          .init(number: 2, value: .integer(line.deed.paise)),
          .init(number: 3, value: .integer(Int64(line.member ?? 0))),
          .init(number: 4, value: .integer(Int64(line.loan ?? 0))),
        ]))
    }
    let set = ChangeSet(
      kind: .meeting, cbo: RecordID(rawValue: place.cbo), device: DeviceNumber(place.device),
      firstDeviceSeq: DeviceSeq(place.firstDeviceSeq), firstCounter: 1, baseSeq: .zero, firstHLC: .zero,
      changes: changes)
    let bytes = (try? set.encoded()) ?? []
    append(
      place, .quarantine, Verdicts(whole: Verdict(.quarantined, .senderRevoked)), bytes,
      hash: Hash.sha256(bytes), isQuarantined: true)
  }

  private mutating func append(
    _ place: Recorded, _ kind: Envelope.Kind, _ verdicts: Verdicts, _ bytes: [UInt8], hash: [UInt8],
    isQuarantined: Bool
  ) {
    let envelope = Envelope(
      seq: Seq(UInt64(rows.count + 1)), kind: kind, device: DeviceNumber(place.device),
      firstDeviceSeq: DeviceSeq(place.firstDeviceSeq), count: UInt32(place.count),
      received: Timestamp(milliseconds: 1_000 + Int64(rows.count)), hlc: HybridTime(rawValue: 7),
      rules: .current)
    let word = verdicts.isAllAccepted ? [] : verdicts.encoded()
    let leaf = Leaf.hash(block: block, envelope: envelope, setHash: hash, verdicts: word)
    tree.append(leaf)
    rows.append(
      Row(
        place: place, envelope: envelope, verdicts: word, bytes: bytes, hash: hash, leaf: leaf,
        isQuarantined: isQuarantined))
  }

  func head(signedBy key: Curve25519.Signing.PrivateKey) throws -> AuditedHead {
    let signed = SignedBytes.head(
      block: block, epoch: try #require(Epoch(epoch)), size: tree.size, root: tree.root,
      time: Timestamp(milliseconds: 5))
    return AuditedHead(
      block: block.rawValue, epoch: epoch, size: tree.size.rawValue, root: tree.root, time: 5,
      signature: Array(try key.signature(for: signed)))
  }

  func digest(of cbo: UInt64) -> AuditedPhone.Digest {
    AuditedPhone.Digest(
      cbo: cbo, seq: chains[cbo]?.seq ?? 0, chain: chains[cbo]?.chain ?? CboChain.start,
      state: Hash.sha256(Array("\(cbo)".utf8)))
  }

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
    }
  }

  private func insert(_ row: Row, _ database: Database) throws {
    let envelope = row.envelope
    let kept = envelope.kind == .set
    try database.run(
      sql: "INSERT INTO journal VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        Int64(envelope.seq.rawValue), envelope.kind.rawValue, Int64(envelope.device.rawValue),
        Int64(envelope.firstDeviceSeq.rawValue), Int64(envelope.count), kept ? Int64(row.place.cbo) : nil,
        envelope.received.milliseconds, Int64(envelope.hlc.rawValue), Int64(envelope.rules.rawValue),
        Data(row.verdicts), Data(kept ? row.bytes : []), Data(row.leaf),
      ])
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
    guard let kind = EntryKind(rawValue: line.deed.kind), let posting = Posting.of(kind) else { return }
    try database.run(
      sql: "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)",
      arguments: [
        Int64(line.id), Int64(place.cbo), Int64(line.meeting), line.day, line.deed.kind, line.deed.paise,
        Int64(posting.debit.rawValue), Int64(posting.credit.rawValue), line.member.map { Int64($0) },
        line.loan.map { Int64($0) }, Int64(place.seq), place.posted,
      ])
    guard place.posted else { return }
    var sums: [(Account, UInt64, Int64)] = [
      (posting.debit, 0, line.deed.paise), (posting.credit, 0, -line.deed.paise),
    ]
    let sign: (Account) -> Int64 = { $0 == posting.debit ? line.deed.paise : -line.deed.paise }
    for account in [posting.debit, posting.credit] {
      switch account.party {
      case .member: sums.append((account, line.member ?? 0, sign(account)))
      case .loan, .lendersLoan: sums.append((account, line.loan ?? 0, sign(account)))
      case .owedLoan, .bankAccount, nil: break
      }
    }
    for (account, share, paise) in sums {
      try database.run(
        sql: """
          INSERT INTO balance VALUES (?, ?, ?, ?)
          ON CONFLICT (cbo, account, sub_ledger) DO UPDATE SET paise = paise + excluded.paise
          """, arguments: [Int64(place.cbo), Int64(account.rawValue), Int64(share), paise])
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
      credit_account, member, loan, remark, seq, posted);
    CREATE TABLE balance (cbo, account, sub_ledger, paise, PRIMARY KEY (cbo, account, sub_ledger));
    CREATE TABLE cbo (id INTEGER PRIMARY KEY);
    CREATE TABLE member (id INTEGER PRIMARY KEY, cbo, contact);
    CREATE TABLE meeting (id INTEGER PRIMARY KEY, cbo);
    CREATE TABLE attendance (id INTEGER PRIMARY KEY, cbo);
    CREATE TABLE loan (id INTEGER PRIMARY KEY, cbo);
    CREATE TABLE set_aside (cbo, seq, idx);
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
