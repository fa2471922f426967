package import LokBooks
import LokSQLite
import LokWire

/// The server's receipt for one set of this phone, and how the set stands now.
package struct HeldReceipt: Hashable, Sendable {
  package enum Standing: Hashable, Sendable {
    /// A meeting that counts, and that no checker has looked at yet.
    case unapproved
    /// A meeting that counts and is frozen.
    case approved
    /// Records or decisions that are in the block's books.
    case counts
    /// In no books: flagged, waiting, under review, rejected … with the reason.
    case setAside(Verdict)
  }

  package var device: DeviceNumber
  package var firstDeviceSeq: DeviceSeq
  package var seq: Seq
  package var cbo: RecordID
  package var cboName: String?
  /// Nil = no meeting.
  package var meetingNumber: UInt32?
  package var standing: Standing
  package var epoch: Epoch
  /// 32 bytes: what the signature covers of this set.
  package var leaf: [UInt8]
  package var signature: [UInt8]
  package var serverKey: [UInt8]
}

extension DeviceStore {
  /// Of every set that the server has signed for, in the order in which they were written.
  package func receipts() throws -> [HeldReceipt] {
    let aside = Dictionary(
      try status().setAside.map { (Place(device: $0.device, first: $0.firstDeviceSeq), $0.verdict) }
    ) { first, _ in first }
    return try connection.statement(
      """
      SELECT device_outbox.device, first_device_seq, device_outbox.seq, device_outbox.cbo, cbo.name, bytes,
        meeting.standing, epoch, places, signature, server_key
      FROM device_outbox JOIN device_receipt ON device_receipt.id = device_outbox.receipt
      LEFT JOIN cbo ON cbo.id = device_outbox.cbo LEFT JOIN meeting ON meeting.seq = device_outbox.seq
      WHERE state = ? ORDER BY device_outbox.device, first_device_seq
      """
    ).bind(OutboxState.committed.rawValue).all { row in
      let seq = Seq(row.unsigned(2))
      guard let epoch = Epoch(row.bytes(7)), let leaf = Self.leaf(of: seq, in: row.bytes(8)) else {
        return nil
      }
      let place = Place(
        device: DeviceNumber(UInt32(clamping: row.integer(0))), first: DeviceSeq(row.unsigned(1)))
      let set = try? ChangeSet(decoding: row.bytes(5))
      return HeldReceipt(
        device: place.device, firstDeviceSeq: place.first, seq: seq,
        cbo: RecordID(rawValue: row.unsigned(3)), cboName: row.isNull(4) ? nil : row.text(4),
        meetingNumber: set?.kind == .meeting
          ? set?.changes.first?.patch.integer(MeetingField.number).map { UInt32(clamping: $0) } : nil,
        standing: Self.standing(set, aside[place], meeting: row.optionalInteger(6)), epoch: epoch,
        leaf: leaf, signature: row.bytes(9), serverKey: row.bytes(10))
    }.compactMap { $0 }
  }

  private struct Place: Hashable {
    var device: DeviceNumber
    var first: DeviceSeq
  }

  private static func standing(
    _ set: ChangeSet?, _ aside: Verdict?, meeting standing: Int64?
  ) -> HeldReceipt.Standing {
    if let aside { return .setAside(aside) }
    guard set?.kind == .meeting else { return .counts }
    // A meeting whose approval has not come down yet counts as what the acknowledgement says: posted.
    return standing == 2 ? .approved : .unapproved
  }

  /// Entries of `places` are seq (8 bytes, big-endian) and leaf (32).
  private static func leaf(of seq: Seq, in places: [UInt8]) -> [UInt8]? {
    let size = 8 + Hash.length
    for start in stride(from: 0, to: places.count, by: size) where start + size <= places.count {
      let found = places[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      if found == seq.rawValue { return Array(places[start + 8..<start + size]) }
    }
    return nil
  }
}
