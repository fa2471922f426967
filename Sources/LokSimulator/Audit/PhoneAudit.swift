import GRDB

/// One phone's file beside its block's shard.
struct PhoneAudit {
  let phone: AuditedPhone
  let block: BlockAudit

  func compare(_ report: inout AuditReport) throws {
    let file = try AuditFile(path: phone.path)
    try compareOutbox(file, &report)
    try compareReceipts(file, &report)
    compareDigests(&report)
    report.findOwn(of: phone)
    for digest in phone.own { try compareRows(of: digest.cbo, file, &report) }
    let profiles = AuditProfiles(block)
    let held = Set(phone.own.map(\.cbo))
    try profiles.compare(with: file, of: held, block: phone.block, at: name, &report)
    profiles.compare(phone.codes, of: held, block: phone.block, at: name, &report)
    try block.compareClosings(in: file, of: held, at: name, &report)
    AuditSchedules(block).compare(phone.loans, of: held, block: phone.block, at: name, &report)
    try AuditReviews(block).compare(with: file, of: held, at: name, &report)
  }

  private var name: String { "phone \(phone.phone)" }

  /// It has synced, and nothing that it wrote is still on its way.
  private func compareOutbox(_ file: AuditFile, _ report: inout AuditReport) throws {
    report.compare(
      .phone, block: phone.block, at: name, expected: "a finished sync",
      found: phone.lastSync == nil ? "none" : "a finished sync")
    let open = try file.rows(
      "SELECT first_device_seq, state FROM device_outbox WHERE state NOT IN (3, 4)")
    for row in open {
      report.find(
        .phone, block: phone.block, at: "\(name), set \(row.integer("first_device_seq"))",
        expected: "committed", found: "state \(row.integer("state"))")
    }
  }

  /// Each receipt's signature, each leaf in it beside the shard's, and a receipt for each committed set.
  private func compareReceipts(_ file: AuditFile, _ report: inout AuditReport) throws {
    var proven: Set<UInt64> = []
    for row in try file.rows(
      "SELECT id, epoch, places, signature, server_key FROM device_receipt ORDER BY id")
    {
      let places = leaves(in: row.bytes("places"))
      let signed = AuditBytes.receipt(block: phone.block, epoch: row.bytes("epoch"), leaves: places)
      let place = "\(name), receipt \(row.integer("id"))"
      report.compare(
        .receipt, block: phone.block, at: "\(place), signature", expected: true,
        found: AuditBytes.isSigned(signed, row.bytes("signature"), by: row.bytes("server_key")))
      for (seq, leaf) in places {
        proven.insert(seq)
        report.compare(
          .receipt, block: phone.block, at: "\(place), seq \(seq)",
          expected: AuditBytes.hexadecimal(block.leaf(at: seq) ?? []), found: AuditBytes.hexadecimal(leaf))
      }
    }
    let sets = try file.rows("SELECT first_device_seq, seq FROM device_outbox WHERE state = 3")
    for row in sets where !proven.contains(row.unsigned("seq")) {
      report.find(
        .receipt, block: phone.block, at: "\(name), set \(row.integer("first_device_seq"))",
        expected: "a receipt for seq \(row.unsigned("seq"))", found: "none")
    }
  }

  /// 8 bytes of seq and 32 of leaf, again and again.
  private func leaves(in places: [UInt8]) -> [(seq: UInt64, leaf: [UInt8])] {
    stride(from: 0, to: places.count - places.count % 40, by: 40).map { start in
      let seq = places[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return (seq, Array(places[start + 8..<start + 40]))
    }
  }

  /// The chain from the phone's file, from the server's call and from the auditor's own leaves; the state
  /// digest from the phone's file and from the server's call.
  private func compareDigests(_ report: inout AuditReport) {
    let server = Dictionary(phone.server.map { ($0.cbo, $0) }, uniquingKeysWith: { first, _ in first })
    for own in phone.own {
      let expected =
        block.chains[own.cbo].map { "seq \($0.seq) \(AuditBytes.hexadecimal($0.chain))" } ?? "none"
      for (side, digest) in [("phone", Optional(own)), ("server", server[own.cbo])] {
        report.compare(
          .chain, block: phone.block, cbo: own.cbo, at: "\(name), \(side)'s", expected: expected,
          found: digest.map { "seq \($0.seq) \(AuditBytes.hexadecimal($0.chain))" } ?? "none")
      }
      report.compare(
        .digest, block: phone.block, cbo: own.cbo, at: name,
        expected: server[own.cbo].map { AuditBytes.hexadecimal($0.state) } ?? "an answer",
        found: AuditBytes.hexadecimal(own.state))
    }
  }

  /// The books of one CBO, row by row: what the phone shows is what the shard holds.
  private func compareRows(of cbo: UInt64, _ file: AuditFile, _ report: inout AuditReport) throws {
    let id = Int64(bitPattern: cbo)
    for (table, column, key) in Self.tables {
      let sql = "SELECT * FROM \(table) WHERE \(column) = ? ORDER BY \(key)"
      let found = try file.rows(sql, [id]).map(text)
      let expected = try block.file.rows(sql, [id]).map(text)
      report.count(.copy, expected.count)
      guard expected != found else { continue }
      let place = zip(expected, found).first { $0 != $1 }
      report.find(
        .copy, block: phone.block, cbo: cbo, at: "\(name), table \(table)",
        expected: place?.0 ?? "\(expected.count) rows", found: place?.1 ?? "\(found.count) rows")
    }
  }

  private static let tables = [
    ("cbo", "id", "id"), ("member", "cbo", "id"), ("meeting", "cbo", "id"), ("attendance", "cbo", "id"),
    ("entry", "cbo", "id"), ("loan", "cbo", "id"), ("balance", "cbo", "account, sub_ledger"),
    ("loan_event", "cbo", "id"), ("bank_account", "cbo", "id"), ("bank_statement", "cbo", "id"),
    ("set_aside", "cbo", "seq, idx"),
  ]

  /// Values in the order of the columns; a sealed part by its length and hash, which tells it from another.
  private func text(_ row: Row) -> String {
    row.map { column, value in
      if case .blob(let bytes) = value.storage {
        return "\(column)=\(AuditBytes.hexadecimal(Array(AuditBytes.hash(Array(bytes)).prefix(8))))"
      }
      return "\(column)=\(value)"
    }.joined(separator: " ")
  }
}

extension AuditReport {
  /// What the phone itself says of its books beside its own sets.
  mutating func findOwn(of phone: AuditedPhone) {
    for finding in phone.findings {
      find(
        .digest, block: phone.block, at: "phone \(phone.phone), its books beside its own sets",
        expected: "what they make", found: finding)
    }
  }
}
