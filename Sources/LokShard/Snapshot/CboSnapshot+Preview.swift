import LokBooks
import LokMerge
import LokWire

/// What goes before a snapshot, so that the books can be looked at and written on after the first seconds:
/// who the members are, what they have saved and owe, the open loans, the last three meetings.
///
/// Left out is what waits well: addresses, bank accounts and nominees of members, those who have left,
/// settled loans, what loans are for, account numbers, bank statements, older payments, which write each
/// value came from, and the chain.
extension CboSnapshot {
  /// Nil where all of it is little.
  package func preview() -> CboSnapshot? {
    guard extent == .state, cbo != .blockBook else { return nil }
    let shown = Set(shownSets)
    let openLoans = openLoans
    return CboSnapshot(
      cbo: cbo, seq: seq, chain: CboChain.start, extent: .preview,
      journal: journal.filter { shown.contains($0.envelope.seq) },
      records: records.filter { Self.isPreviewed($0, openLoans) }.map { Self.preview(of: $0) },
      tables: zip(SnapshotTable.all, tables).map { table, columns in
        table.kept(columns, where: Self.condition(table, columns, shown))
      })
  }

  /// Of the last three meetings that stand.
  private var shownSets: [Seq] {
    guard let table = SnapshotTable.all.firstIndex(where: { $0.name == "meeting" }) else { return [] }
    let columns = SnapshotTable.all[table].named(tables[table])
    let rows = (columns["number"]?.indices ?? 0..<0).filter { columns["standing"]?[$0] != 3 }
    return rows.sorted { (columns["number"]?[$0] ?? 0) > (columns["number"]?[$1] ?? 0) }.prefix(3)
      .compactMap { columns["seq"]?[$0] }.map { Seq(UInt64(bitPattern: $0)) }
  }

  private static func condition(
    _ table: SnapshotTable, _ columns: [SnapshotTable.Column], _ shown: Set<Seq>
  ) -> (Int) -> Bool {
    let named = table.named(columns)
    func isShown(_ column: String, _ row: Int) -> Bool {
      (named[column]?[row]).map { shown.contains(Seq(UInt64(bitPattern: $0))) } ?? false
    }
    return switch table.name {
    case "balance": { named["paise"]?[$0] != 0 }
    case "meeting": { isShown("seq", $0) }
    case "resolved": { isShown("target_seq", $0) }
    case "entry": { _ in false }
    default: { _ in true }
    }
  }

  private static func isPreviewed(_ record: StoredRecord, _ openLoans: Set<RecordID>) -> Bool {
    switch record.entity {
    case .bankStatement: false
    case .member: record.values[MemberField.leftDay] == nil
    case .loan: openLoans.contains(record.id)
    case .loanEvent: record.values.record(LoanEventField.loan).map { openLoans.contains($0) } ?? false
    default: true
    }
  }

  /// On which something is outstanding.
  private var openLoans: Set<RecordID> {
    guard let table = SnapshotTable.all.firstIndex(where: { $0.name == "balance" }) else { return [] }
    let columns = SnapshotTable.all[table].named(tables[table])
    let owed = (columns["sub_ledger"]?.indices ?? 0..<0).filter { columns["paise"]?[$0] != 0 }
    return Set(
      owed.compactMap { columns["sub_ledger"]?[$0] }.map { RecordID(rawValue: UInt64(bitPattern: $0)) })
  }

  private static func preview(of record: StoredRecord) -> StoredRecord {
    var record = record
    record.seq = .zero
    record.fields = record.fields.filter { !FieldPolicy.comesLater(record.entity, field: $0.number) }
      .map { field in
        // A sealed part is opened with the number of the change that wrote it.
        let isSealed = FieldPolicy.isSealed(record.entity, field: field.number)
        return FieldState(
          number: field.number, value: field.value, hlc: .zero, device: DeviceNumber(0),
          deviceSeq: isSealed ? field.deviceSeq : DeviceSeq(0), seq: .zero)
      }
    return record
  }
}

extension SnapshotTable {
  /// Its columns of numbers by name.
  fileprivate func named(_ columns: [Column]) -> [String: [Int64?]] {
    var named: [String: [Int64?]] = [:]
    for (column, values) in zip(self.columns, columns) {
      if case .integers(let values) = values { named[column.name] = values }
    }
    return named
  }

  fileprivate func kept(_ columns: [Column], where condition: (Int) -> Bool) -> [Column] {
    columns.map { column in
      let rows = (0..<column.count).filter(condition)
      return switch column {
      case .integers(let values): .integers(rows.map { values[$0] })
      case .blobs(let values): .blobs(rows.map { values[$0] })
      }
    }
  }
}
