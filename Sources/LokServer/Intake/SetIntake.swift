package import LokBooks
package import LokWire

/// One set of an upload, read and looked over, before its numbers are compared with the block's.
package struct SetItem: Sendable {
  package enum Content: Sendable {
    case readable(ChangeSet)
    /// Final: the numbers are used up, the bytes are not kept.
    case refused(Reason, arguments: [Int64])
    /// The device has proved that the block has it, and asks what became of it.
    case asked
  }

  package var firstDeviceSeq: DeviceSeq
  /// How many numbers it uses up.
  package var count: UInt32
  package var bytes: [UInt8]
  /// SHA-256 of `bytes`; both empty where it is asked for.
  package var hash: [UInt8]
  package var content: Content
  /// Of members that begin on this device.
  package var keys: [WrappedKey]

  package init(
    firstDeviceSeq: DeviceSeq, count: UInt32, bytes: [UInt8], hash: [UInt8], content: Content,
    keys: [WrappedKey] = []
  ) {
    self.firstDeviceSeq = firstDeviceSeq
    self.count = count
    self.bytes = bytes
    self.hash = hash
    self.content = content
    self.keys = keys
  }
}

extension SetItem {
  package var isAsked: Bool { if case .asked = content { true } else { false } }
}

/// What becomes of a set before the intake: the decisions that need nothing but its bytes. Whether its
/// sender may write that group is the merge's to judge.
package enum SetIntake {
  /// An HPKE-wrapped key of 256 bits has 80 bytes; what is much longer is none.
  static let wrappedKeyBytes = 256

  /// - Throws: the status that ends the upload; nothing is consumed then.
  package static func read(
    _ set: UploadSet, at first: DeviceSeq, from device: DeviceNumber
  ) throws(Status) -> SetItem {
    guard set.count > 0, first.rawValue > 0, first.rawValue <= UInt64(Int64.max) - UInt64(set.count) else {
      throw Status(.invalidArgument, .badRequest, next: .showPerson)
    }
    guard let bytes = set.bytes else {
      return SetItem(firstDeviceSeq: first, count: set.count, bytes: [], hash: [], content: .asked)
    }
    let content = try content(of: set, bytes, at: first, from: device)
    let keys = set.keys.filter { key in
      key.member.device == device && (1...wrappedKeyBytes).contains(key.wrapped.count)
    }
    return SetItem(
      firstDeviceSeq: first, count: set.count, bytes: bytes, hash: Hash.sha256(bytes),
      content: content, keys: keys)
  }

  private static func content(
    of set: UploadSet, _ bytes: [UInt8], at first: DeviceSeq, from device: DeviceNumber
  ) throws(Status) -> SetItem.Content {
    guard bytes.count <= WireLimits.setBytes else {
      return .refused(.setTooLarge, arguments: [Int64(bytes.count), Int64(WireLimits.setBytes)])
    }
    let decoded: ChangeSet
    do {
      decoded = try ChangeSet(decoding: bytes)
    } catch {
      return .refused(error.reason, arguments: error.arguments)
    }
    guard decoded.device == device else {
      throw Status(.permissionDenied, .foreignDevice, next: .showPerson)
    }
    if let (reason, arguments) = fault(in: decoded, of: set, at: first) {
      return .refused(reason, arguments: arguments)
    }
    return .readable(decoded)
  }

  private static func fault(
    in decoded: ChangeSet, of set: UploadSet, at first: DeviceSeq
  ) -> (Reason, [Int64])? {
    let limit = WireLimits.changesPerSet
    if decoded.changes.count > limit {
      return (.tooManyChanges, [Int64(decoded.changes.count), Int64(limit)])
    }
    if decoded.changes.count != Int(set.count) || decoded.firstDeviceSeq != first {
      return (.countDiffers, [Int64(set.count), Int64(decoded.changes.count)])
    }
    // Only the block itself writes resolutions.
    if decoded.kind == .server { return (.roleMayNotWrite, []) }
    let texts = decoded.changes.indices.lazy.filter { decoded.changes[$0].patch.hasText }
    if texts.contains(where: { holdsAadhaar(decoded.changes[$0]) }) { return (.containsAadhaar, []) }
    return nil
  }

  /// Texts are typed by people; numbers and sealed parts are not scanned.
  private static func holdsAadhaar(_ change: Change) -> Bool {
    change.patch.fields.contains { AadhaarScan.finds(in: $0, of: change.entity) }
  }
}
