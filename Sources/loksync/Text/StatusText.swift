import LokBooks
package import LokDevice

/// How a phone stands: `2 unsent / 0 stored / 12 committed / 1 set aside`, then why.
package enum StatusText {
  package static func text(_ status: DeviceStatus) -> String {
    var lines = [
      "\(status.unsent) unsent / \(status.stored) stored / \(status.committed) committed / "
        + "\(status.setAside.count) set aside"
    ]
    for set in status.setAside {
      lines.append(
        "  set aside: \(place(set, in: status)) of group \(set.cbo), \(VerdictText.text(set.verdict))"
          + (set.remark.map { " The checker: \(Printable.text($0))" } ?? ""))
    }
    if status.unapproved > 0 {
      lines.append("  \(status.unapproved) meeting\(status.unapproved == 1 ? "" : "s") not approved yet")
    }
    if status.isRevoked { lines.append("  \(ReasonText(.deviceRevoked).text)") }
    lines += status.notices.map { "  \(Moment.text($0.at)): \($0.text)" }
    return lines.joined(separator: "\n")
  }

  /// By the shard's seq where it has one, else by the phone's own number.
  private static func place(_ set: DeviceStatus.SetAsideSet, in status: DeviceStatus) -> String {
    set.seq.map { "\(status.block)@\($0)" } ?? "\(set.device)#\(set.firstDeviceSeq)"
  }

  struct JSON: Encodable {
    struct Set: Encodable {
      let device: UInt32
      let firstDeviceSeq: UInt64
      let cbo: String
      let seq: UInt64?
      let verdict: VerdictText.JSON
      let remark: String?
    }
    let block: UInt32
    let device: UInt32?
    let cursor: UInt64
    let unsent: Int
    let stored: Int
    let committed: Int
    let unapproved: Int
    let setAside: [Set]
    let isRevoked: Bool
    let notices: [String]

    init(_ status: DeviceStatus) {
      block = status.block.rawValue
      device = status.device?.rawValue
      cursor = status.cursor.rawValue
      unsent = status.unsent
      stored = status.stored
      committed = status.committed
      unapproved = status.unapproved
      setAside = status.setAside.map { set in
        Set(
          device: set.device.rawValue, firstDeviceSeq: set.firstDeviceSeq.rawValue,
          cbo: set.cbo.description, seq: set.seq?.rawValue, verdict: VerdictText.JSON(set.verdict),
          remark: set.remark)
      }
      isRevoked = status.isRevoked
      notices = status.notices.map(\.text)
    }
  }
}
