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

/// How a value is written. What names a record near its own is written as the distance.
private enum Form: UInt64 {
  case integer = 0
  case nearby = 1
  case text = 2
  case bytes = 3
  case unknown = 4

  static let distance: UInt64 = 1 << 28
  static let smallestID: Int64 = 1 << 32

  init(_ value: FieldValue, of record: RecordID) {
    switch value {
    case .integer(let number):
      let away = number &- Int64(bitPattern: record.rawValue)
      self = number >= Self.smallestID && away.magnitude < Self.distance ? .nearby : .integer
    case .text: self = .text
    case .bytes: self = .bytes
    case .unknown: self = .unknown
    }
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
    let fields = flatMap { record in record.fields.map { (record: record.id, field: $0) } }
    writer.integers(fields.map { Int64($0.field.number) })
    writer.integers(fields.map { places[Clock($0.field)] ?? 0 })
    let forms = fields.map { Form($0.field.value, of: $0.record) }
    writer.integers(forms.map { Int64($0.rawValue) })
    var integers: [Int64] = []
    var wireTypes: [Int64] = []
    var blobs: [[UInt8]] = []
    for (record, field) in fields {
      switch field.value {
      case .integer(let number):
        let isNear = Form(field.value, of: record) == .nearby
        integers.append(isNear ? number &- Int64(bitPattern: record.rawValue) : number)
      case .text(let text): blobs.append([UInt8](text.utf8))
      case .bytes(let bytes): blobs.append(bytes)
      case .unknown(let wireType, let bytes):
        wireTypes.append(Int64(wireType))
        blobs.append(bytes)
      }
    }
    for integer in integers { writer.integers([integer]) }
    writer.integers(wireTypes)
    writer.blobs(blobs)
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
    var owners: [Int64] = []
    for (id, size) in zip(ids, sizes) { owners += repeatElement(id, count: Int(size)) }
    var integers: [Int64] = []
    for _ in 0..<forms.count(where: { $0 <= UInt32(Form.nearby.rawValue) }) {
      integers += try reader.integers(1)
    }
    var wireTypes = try reader.small(forms.count { $0 == UInt32(Form.unknown.rawValue) })[...]
    var blobs = try reader.blobs(forms.count { $0 > UInt32(Form.nearby.rawValue) })[...]
    var rest = integers[...]
    var fields: [FieldState] = []
    for index in 0..<total {
      guard let form = Form(rawValue: UInt64(forms[index])), clocks.indices.contains(Int(places[index]))
      else {
        throw .outOfRange(field: "snapshot.record")
      }
      let value: FieldValue
      switch form {
      case .integer: value = .integer(rest.popFirst() ?? 0)
      case .nearby: value = .integer((rest.popFirst() ?? 0) &+ owners[index])
      case .text:
        guard let text = blobs.popFirst().flatMap({ String(validating: $0, as: UTF8.self) }) else {
          throw .notUTF8(field: "snapshot.record")
        }
        value = .text(text)
      case .bytes: value = .bytes(blobs.popFirst() ?? [])
      case .unknown:
        value = .unknown(
          wireType: UInt8(truncatingIfNeeded: wireTypes.popFirst() ?? 0), bytes: blobs.popFirst() ?? [])
      }
      let clock = clocks[Int(places[index])]
      fields.append(
        FieldState(
          number: numbers[index], value: value, hlc: clock.hlc, device: clock.device,
          deviceSeq: clock.deviceSeq, seq: clock.seq))
    }
    var left = fields[...]
    var records: [StoredRecord] = []
    for index in 0..<count {
      records.append(
        StoredRecord(
          id: RecordID(rawValue: UInt64(bitPattern: ids[index])), entity: Entity(rawValue: entities[index]),
          cbo: cbo, seq: Seq(seqs[index]), fields: left.prefix(Int(sizes[index])).map { $0 }))
      left = left.dropFirst(Int(sizes[index]))
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
