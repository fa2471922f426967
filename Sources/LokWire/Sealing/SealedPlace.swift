package import LokBooks

/// Where a sealed part stands. It opens there and nowhere else.
package struct SealedPlace: Hashable, Sendable {
  package var block: BlockCode
  /// The member.
  package var record: RecordID
  /// The number of the change that wrote it.
  package var deviceSeq: DeviceSeq
  /// Of the part in its message (`lokos.v1.Member`).
  package var field: UInt32

  package init(block: BlockCode, record: RecordID, deviceSeq: DeviceSeq, field: UInt32) {
    self.block = block
    self.record = record
    self.deviceSeq = deviceSeq
    self.field = field
  }

  /// "LOKP" ‖ block u32 ‖ record u64 ‖ device_seq u64 ‖ field u32, big-endian.
  package var associatedData: [UInt8] {
    Array("LOKP".utf8) + bigEndianBytes(block.rawValue) + bigEndianBytes(record.rawValue)
      + bigEndianBytes(deviceSeq.rawValue) + bigEndianBytes(field)
  }
}

/// The 12 bytes by which two sealings of one part differ: the set's random number and the change's index in
/// it. The parts of one change share it, so each part has a key of its own (`PersonKey`).
package struct SealNonce: Hashable, Sendable {
  package static let byteCount = 12
  package let bytes: [UInt8]

  package init(setNonce: UInt64, changeIndex: UInt32) {
    bytes = bigEndianBytes(setNonce) + bigEndianBytes(changeIndex)
  }

  /// Nil unless there are exactly 12 bytes.
  package init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = Array(bytes)
  }
}

func bigEndianBytes(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian) { Array($0) }
}
