import LokBooks
package import LokDevice

/// What was written down, and what the phone expects to become of it.
package enum RecordedText {
  package static func text(_ set: RecordedSet) -> String {
    let first = set.firstDeviceSeq
    let ids = set.newRecords.map(\.description)
    var lines = ["Written as \(set.device)#\(first), \(set.count) change\(set.count == 1 ? "" : "s")."]
    if !ids.isEmpty { lines.append("New: \(ids.count <= 8 ? ids.joined(separator: " ") : shortened(ids))") }
    let verdicts = [set.provisional.whole].compactMap { $0 } + set.provisional.changes
    if verdicts.isEmpty { lines.append("Expected: in the books after the next sync.") }
    for verdict in verdicts { lines.append("Expected: \(VerdictText.text(verdict))") }
    return lines.joined(separator: "\n")
  }

  private static func shortened(_ ids: [String]) -> String {
    "\(ids.prefix(3).joined(separator: " ")) … \(ids.last ?? "") (\(ids.count))"
  }

  struct JSON: Encodable {
    let device: UInt32
    let firstDeviceSeq: UInt64
    let count: UInt32
    let cbo: String
    let newRecords: [String]
    let provisional: [VerdictText.JSON]

    init(_ set: RecordedSet) {
      device = set.device.rawValue
      firstDeviceSeq = set.firstDeviceSeq.rawValue
      count = set.count
      cbo = set.cbo.description
      newRecords = set.newRecords.map(\.description)
      provisional = ([set.provisional.whole].compactMap { $0 } + set.provisional.changes)
        .map(VerdictText.JSON.init)
    }
  }
}
