package import LokBooks

/// The layout "record fields": what a shard keeps of a record, and what the state digest hashes.
package enum RecordFields {
  private static let integer: UInt8 = 1
  private static let text: UInt8 = 2
  private static let bytes: UInt8 = 3
  private static let unknown: UInt8 = 4
  /// Most fields are integers.
  private static let integerFieldBytes = 4 + 8 + 4 + 8 + 8 + 1 + 8

  /// Ascending by number, whatever the order given.
  package static func encode(_ fields: [FieldState]) -> [UInt8] {
    var layout = CanonicalBytes()
    for field in fields.sorted(by: { $0.number < $1.number }) {
      layout.append(field.number)
      layout.append(field.hlc.rawValue)
      layout.append(field.device.rawValue)
      layout.append(field.deviceSeq.rawValue)
      layout.append(field.seq.rawValue)
      append(field.value, to: &layout)
    }
    return layout.bytes
  }

  /// `.undecodable` for anything that `encode` does not write.
  package static func decode(_ bytes: [UInt8]) throws(WireError) -> [FieldState] {
    var reader = CanonicalReader(bytes)
    var fields: [FieldState] = []
    fields.reserveCapacity(bytes.count / integerFieldBytes + 1)
    var before: UInt32 = 0
    while !reader.isAtEnd {
      guard let number: UInt32 = reader.number(), number > before,
        let hlc: UInt64 = reader.number(), let device: UInt32 = reader.number(),
        let deviceSeq: UInt64 = reader.number(), let seq: UInt64 = reader.number()
      else { throw .undecodable }
      fields.append(
        FieldState(
          number: number, value: try value(&reader), hlc: HybridTime(rawValue: hlc),
          device: DeviceNumber(device), deviceSeq: DeviceSeq(deviceSeq), seq: Seq(seq)))
      before = number
    }
    return fields
  }

  private static func append(_ value: FieldValue, to layout: inout CanonicalBytes) {
    switch value {
    case .integer(let number):
      layout.append(integer)
      layout.append(number)
    case .text(let string):
      layout.append(text)
      layout.append(lengthAnd: Array(string.utf8))
    case .bytes(let content):
      layout.append(bytes)
      layout.append(lengthAnd: content)
    case .unknown(let wireType, let content):
      layout.append(unknown)
      layout.append(wireType)
      layout.append(lengthAnd: content)
    }
  }

  private static func value(_ reader: inout CanonicalReader) throws(WireError) -> FieldValue {
    guard let type: UInt8 = reader.number() else { throw .undecodable }
    if type == integer {
      guard let number: Int64 = reader.number() else { throw .undecodable }
      return .integer(number)
    }
    guard let wireType: UInt8 = type == unknown ? reader.number() : 0,
      let length: UInt32 = reader.number(), let content = reader.take(Int(length))
    else { throw .undecodable }
    switch type {
    case text:
      guard let string = String(validating: content, as: UTF8.self) else { throw .undecodable }
      return .text(string)
    case bytes: return .bytes(content)
    case unknown: return .unknown(wireType: wireType, bytes: content)
    default: throw .undecodable
    }
  }
}

extension CanonicalBytes {
  /// A change-set is far below 2^32 bytes, and so is every value of one.
  fileprivate mutating func append(lengthAnd content: [UInt8]) {
    append(UInt32(truncatingIfNeeded: content.count))
    append(content)
  }
}
