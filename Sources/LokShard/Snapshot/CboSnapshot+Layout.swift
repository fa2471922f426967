package import LokBooks
import LokMerge
package import LokWire

/// The layout "snapshot" of Proto/README.md.
extension CboSnapshot {
  private static let tag = Array("LOKS".utf8)
  /// Of the layout. Files of another one are made anew.
  package static let version: UInt64 = 2

  package func encoded() -> [UInt8] {
    var writer = ColumnWriter()
    writer.raw(Self.tag)
    for number in [Self.version, cbo.rawValue, seq.rawValue, extent.rawValue] { writer.number(number) }
    if extent != .preview { writer.raw(chain) }
    journal.write(to: &writer)
    guard !isWholeHistory else { return writer.bytes }
    records.write(to: &writer)
    for (table, columns) in zip(SnapshotTable.all, tables) { table.write(columns, to: &writer) }
    return writer.bytes
  }

  /// - Throws: `WireError` for bytes that `encoded` does not write.
  package init(decoding bytes: [UInt8], block: BlockCode) throws(WireError) {
    var reader = ColumnReader(bytes)
    guard try reader.raw(Self.tag.count) == Self.tag else { throw .undecodable }
    guard try reader.number() == Self.version else { throw .unknownValue(field: "snapshot.version") }
    cbo = RecordID(rawValue: try reader.number())
    seq = try reader.sequence()
    guard let extent = Extent(rawValue: try reader.number()) else {
      throw .unknownValue(field: "snapshot.extent")
    }
    self.extent = extent
    chain = extent == .preview ? CboChain.start : try reader.raw(Hash.zero.count)
    journal = try [JournalRow](from: &reader, cbo: cbo, block: block)
    if extent == .wholeHistory {
      records = []
      tables = []
    } else {
      records = try [StoredRecord](from: &reader, cbo: cbo)
      var tables: [[SnapshotTable.Column]] = []
      for table in SnapshotTable.all { tables.append(try table.columns(from: &reader)) }
      self.tables = tables
    }
    guard reader.isAtEnd else { throw .undecodable }
  }
}

extension ColumnReader {
  mutating func sequence() throws(WireError) -> Seq {
    let value = try number()
    guard value <= WireLimits.sequenceMaximum else { throw .outOfRange(field: "snapshot.seq") }
    return Seq(value)
  }

  /// A column of numbers that are never negative.
  mutating func unsigned(_ count: Int) throws(WireError) -> [UInt64] {
    let values = try integers(count)
    guard values.allSatisfy({ $0 >= 0 && UInt64($0) <= WireLimits.sequenceMaximum }) else {
      throw .outOfRange(field: "snapshot")
    }
    return values.map { UInt64($0) }
  }

  mutating func small(_ count: Int) throws(WireError) -> [UInt32] {
    let values = try integers(count)
    guard values.allSatisfy({ UInt32(exactly: $0) != nil }) else { throw .outOfRange(field: "snapshot") }
    return values.map { UInt32(clamping: $0) }
  }

  /// Milliseconds and counter of a hybrid time, apart: each presses better alone.
  mutating func hybridTimes(_ count: Int) throws(WireError) -> [HybridTime] {
    let milliseconds = try integers(count)
    let counters = try integers(count)
    return zip(milliseconds, counters).map {
      HybridTime(rawValue: UInt64(bitPattern: $0 << 16 | $1 & 0xFFFF))
    }
  }
}

extension ColumnWriter {
  mutating func hybridTimes(_ times: [HybridTime]) {
    integers(times.map { Int64(bitPattern: $0.rawValue >> 16) })
    integers(times.map { Int64($0.rawValue & 0xFFFF) })
  }
}

extension [JournalRow] {
  fileprivate func write(to writer: inout ColumnWriter) {
    writer.number(UInt64(count))
    let envelopes = map(\.envelope)
    writer.integers(envelopes.map { Int64(bitPattern: $0.seq.rawValue) })
    writer.integers(envelopes.map { Int64($0.kind.rawValue) })
    writer.integers(envelopes.map { Int64($0.device.rawValue) })
    writer.integers(envelopes.map { Int64(bitPattern: $0.firstDeviceSeq.rawValue) })
    writer.integers(envelopes.map { Int64($0.count) })
    writer.integers(envelopes.map(\.received.milliseconds))
    writer.integers(envelopes.map { Int64($0.rules.rawValue) })
    // Most are what the set itself says.
    let said = map { ChangeSet.firstHLC(in: $0.changes) == $0.envelope.hlc }
    writer.presence(said)
    writer.hybridTimes(zip(envelopes, said).filter { !$1 }.map { $0.0.hlc })
    writer.blobs(map(\.verdicts))
    writer.blobs(map(\.changes))
  }

  fileprivate init(from reader: inout ColumnReader, cbo: RecordID, block: BlockCode) throws(WireError) {
    let count = try reader.count()
    let seqs = try reader.unsigned(count)
    let kinds = try reader.small(count)
    let devices = try reader.small(count)
    let firsts = try reader.unsigned(count)
    let counts = try reader.small(count)
    let received = try reader.integers(count)
    let rules = try reader.small(count)
    let said = try reader.presence(count)
    var times = try reader.hybridTimes(said.count { !$0 })[...]
    let verdicts = try reader.blobs(count)
    let changes = try reader.blobs(count)
    var rows: [JournalRow] = []
    for index in 0..<count {
      guard let kind = Envelope.Kind(rawValue: Int(kinds[index])), seqs[index] > rows.last?.seq ?? 0,
        let hlc = said[index] ? ChangeSet.firstHLC(in: changes[index]) : times.popFirst()
      else { throw .outOfRange(field: "snapshot.journal") }
      let envelope = Envelope(
        seq: Seq(seqs[index]), kind: kind, device: DeviceNumber(devices[index]),
        firstDeviceSeq: DeviceSeq(firsts[index]), count: counts[index],
        received: Timestamp(milliseconds: received[index]), hlc: hlc,
        rules: RulesVersion(rawValue: rules[index]))
      rows.append(
        JournalRow(
          envelope: envelope, lsn: .zero, cbo: cbo, verdicts: verdicts[index], changes: changes[index],
          leaf: Leaf.hash(
            block: block, envelope: envelope, setHash: Hash.sha256(changes[index]),
            verdicts: verdicts[index])))
    }
    self = rows
  }
}

extension JournalRow {
  fileprivate var seq: UInt64 { envelope.seq.rawValue }
}

extension SnapshotTable {
  private static func isMoney(_ column: String) -> Bool { column.hasSuffix("paise") }

  fileprivate func write(_ columns: [Column], to writer: inout ColumnWriter) {
    writer.number(UInt64(columns.first?.count ?? 0))
    for (name, column) in zip(self.columns.map(\.name), columns) {
      switch column {
      case .integers(let values):
        writer.presence(values.map { $0 != nil })
        let present = values.compactMap { $0 }
        if Self.isMoney(name) { writer.multiples(present) } else { writer.integers(present) }
      case .blobs(let values):
        writer.presence(values.map { $0 != nil })
        writer.blobs(values.compactMap { $0 })
      }
    }
  }

  fileprivate func columns(from reader: inout ColumnReader) throws(WireError) -> [Column] {
    let count = try reader.count()
    var read: [Column] = []
    for column in columns {
      let isThere = try reader.presence(count)
      let present = isThere.count { $0 }
      if column.kind == .integer {
        var values = try (Self.isMoney(column.name) ? reader.multiples(present) : reader.integers(present))[
          ...]
        read.append(.integers(isThere.map { $0 ? values.popFirst() : nil }))
      } else {
        var values = try reader.blobs(present)[...]
        if column.kind == .text {
          guard values.allSatisfy({ String(validating: $0, as: UTF8.self) != nil }) else {
            throw .notUTF8(field: column.name)
          }
        }
        read.append(.blobs(isThere.map { $0 ? values.popFirst() : nil }))
      }
    }
    return read
  }
}
