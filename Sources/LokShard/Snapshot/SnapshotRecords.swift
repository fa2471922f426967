import LokBooks
import LokMerge
import LokWire

/// Which write a value comes from. The fields of a record have few of them, often one.
private struct Clock: Hashable, Comparable {
  var seq: Seq
  var device: DeviceNumber
  var deviceSeq: DeviceSeq
  var hlc: HybridTime

  init(seq: Seq, device: DeviceNumber, deviceSeq: DeviceSeq, hlc: HybridTime) {
    (self.seq, self.device, self.deviceSeq, self.hlc) = (seq, device, deviceSeq, hlc)
  }

  init(_ field: FieldState) {
    self.init(seq: field.seq, device: field.device, deviceSeq: field.deviceSeq, hlc: field.hlc)
  }

  static func < (a: Self, b: Self) -> Bool {
    (a.seq, a.device, a.deviceSeq, a.hlc) < (b.seq, b.device, b.deviceSeq, b.hlc)
  }
}

extension [StoredRecord] {
  func write(to writer: inout ColumnWriter) {
    let clocks = Set(flatMap { $0.fields.map { Clock($0) } }).sorted()
    let places = Dictionary(uniqueKeysWithValues: clocks.enumerated().map { ($1, Int64($0)) })
    writer.number(UInt64(clocks.count))
    writer.integers(clocks.map { Int64(bitPattern: $0.seq.rawValue) })
    writer.integers(clocks.map { Int64($0.device.rawValue) })
    writer.integers(clocks.map { Int64(bitPattern: $0.deviceSeq.rawValue) })
    writer.hybridTimes(clocks.map(\.hlc))
    writer.number(UInt64(count))
    writer.integers(map { Int64(bitPattern: $0.id.rawValue) })
    writer.integers(map { Int64($0.entity.rawValue) })
    writer.integers(map { Int64(bitPattern: $0.seq.rawValue) })
    writer.integers(map { Int64($0.fields.count) })
    let cells = flatMap { record in record.fields.map { SnapshotCell(record, $0) } }
    writer.integers(cells.map { Int64($0.number) })
    writer.integers(flatMap { $0.fields.map { places[Clock($0)] ?? 0 } })
    writer.integers(cells.map { Int64($0.form.rawValue) })
    cells.write(to: &writer)
  }

  init(from reader: inout ColumnReader, cbo: RecordID) throws(WireError) {
    let clocks = try Self.clocks(from: &reader)
    let count = try reader.count()
    let ids = try reader.integers(count)
    let entities = try reader.small(count)
    let seqs = try reader.unsigned(count)
    let sizes = try reader.small(count)
    let total = sizes.reduce(0) { $0 + Int($1) }
    let numbers = try reader.small(total)
    let places = try reader.small(total)
    let forms = try reader.small(total)
    guard places.allSatisfy({ clocks.indices.contains(Int($0)) }) else {
      throw .outOfRange(field: "snapshot.record")
    }
    var cells: [SnapshotCell] = []
    for row in 0..<count {
      for _ in 0..<sizes[row] {
        guard let form = SnapshotCell.Form(rawValue: forms[cells.count]) else {
          throw .unknownValue(field: "snapshot.form")
        }
        cells.append(
          SnapshotCell(
            base: Int64(bitPattern: cbo.rawValue), entity: entities[row], number: numbers[cells.count],
            form: form,
            deviceSeq: clocks[Int(places[cells.count])].deviceSeq))
      }
    }
    try cells.read(from: &reader)
    var next = 0
    var records: [StoredRecord] = []
    for row in 0..<count {
      var fields: [FieldState] = []
      for _ in 0..<sizes[row] {
        let clock = clocks[Int(places[next])]
        fields.append(
          FieldState(
            number: numbers[next], value: try cells[next].value(), hlc: clock.hlc, device: clock.device,
            deviceSeq: clock.deviceSeq, seq: clock.seq))
        next += 1
      }
      records.append(
        StoredRecord(
          id: RecordID(rawValue: UInt64(bitPattern: ids[row])), entity: Entity(rawValue: entities[row]),
          cbo: cbo, seq: Seq(seqs[row]), fields: fields))
    }
    self = records
  }

  private static func clocks(from reader: inout ColumnReader) throws(WireError) -> [Clock] {
    let count = try reader.count()
    let seqs = try reader.unsigned(count)
    let devices = try reader.small(count)
    let deviceSeqs = try reader.unsigned(count)
    let times = try reader.hybridTimes(count)
    return (0..<count).map {
      Clock(
        seq: Seq(seqs[$0]), device: DeviceNumber(devices[$0]), deviceSeq: DeviceSeq(deviceSeqs[$0]),
        hlc: times[$0])
    }
  }
}
