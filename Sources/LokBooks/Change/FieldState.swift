/// One field of a record as it stands: its value and the write that put it there.
package struct FieldState: Hashable, Sendable {
  package var number: UInt32
  package var value: FieldValue
  package var hlc: HybridTime
  package var device: DeviceNumber
  package var deviceSeq: DeviceSeq
  /// The shard's seq at which the value took effect: a writer whose base is at or above has seen it.
  package var seq: Seq

  package init(
    number: UInt32, value: FieldValue, hlc: HybridTime, device: DeviceNumber, deviceSeq: DeviceSeq, seq: Seq
  ) {
    self.number = number
    self.value = value
    self.hlc = hlc
    self.device = device
    self.deviceSeq = deviceSeq
    self.seq = seq
  }
}
