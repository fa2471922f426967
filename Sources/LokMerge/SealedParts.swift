package import LokBooks

extension ChangeSet {
  /// A sealed part is opened with its nonce and its device_seq, which stand in the set: in the record they
  /// go before it, so that it can be opened (and merged) without the set.
  package func selfContained(changeAt index: Int) -> Patch {
    let change = changes[index]
    return Patch(
      change.patch.fields.map { field in
        guard FieldPolicy.isSealed(change.entity, field: field.number), case .bytes(let sealed) = field.value
        else { return field }
        let deviceSeq = firstDeviceSeq.advanced(by: UInt32(clamping: index)).rawValue
        let prefix =
          bigEndian(sealNonce ?? 0) + bigEndian(UInt32(clamping: index)) + bigEndian(deviceSeq)
        return .init(number: field.number, value: .bytes(prefix + sealed))
      })
  }

  private func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) }
  }
}
