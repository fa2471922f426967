import LokBooks
package import LokDevice
package import LokText

/// How a phone stands: `2 unsent / 0 stored / 12 committed / 1 set aside`, then why.
package enum StatusText {
  package static func text(_ status: DeviceStatus, in messages: Messages = Speech.messages) -> String {
    let counts = [status.unsent, status.stored, status.committed, status.setAside.count]
    var lines = [messages.text(StatusKey.line, counts.map { .number($0) })]
    for set in status.setAside {
      let facts = [
        place(set, in: status), set.cbo.description, VerdictText.text(set.verdict, in: messages),
      ]
      let words = set.remark.map {
        " " + messages.text(StatusKey.checkerSaid, [.text(Printable.text($0))])
      }
      lines.append("  " + messages.text(StatusKey.setAside, facts.map { .text($0) }) + (words ?? ""))
    }
    for profile in status.rejectedProfiles {
      let facts = [profile.record.description, Printable.text(profile.remark ?? "")]
      lines.append("  " + messages.text(StatusKey.rejectedProfile, facts.map { .text($0) }))
    }
    if status.pendingProfiles > 0 {
      lines.append("  " + messages.text(StatusKey.pendingProfiles, [.number(status.pendingProfiles)]))
    }
    if status.unapproved > 0 {
      lines.append("  " + messages.text(StatusKey.unapproved, [.number(status.unapproved)]))
    }
    if status.unsentFiles > 0 {
      lines.append("  " + messages.text(StatusKey.unsentFiles, [.number(status.unsentFiles)]))
    }
    for file in status.refusedFiles {
      let facts = [file.record.description, ReasonText(file.reason, in: messages).text]
      lines.append("  " + messages.text(StatusKey.refusedFile, facts.map { .text($0) }))
    }
    if status.history.whole < status.history.groups {
      let counts = [status.history.whole, status.history.groups, status.history.olderSets]
      lines.append("  " + messages.text(StatusKey.history, counts.map { .number($0) }))
    }
    if status.isRevoked { lines.append("  " + ReasonText(.deviceRevoked, in: messages).text) }
    for notice in status.notices {
      let facts = [Moment.text(notice.at, in: messages), notice.trouble.text(in: messages)]
      lines.append("  " + messages.text(StatusKey.notice, facts.map { .text($0) }))
    }
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
    struct History: Encodable {
      let groups: Int
      let whole: Int
      let olderSets: Int
    }
    let block: UInt32
    let device: UInt32?
    let cursor: UInt64
    let unsent: Int
    let stored: Int
    let committed: Int
    let unapproved: Int
    let setAside: [Set]
    let rejectedProfiles: [String]
    let pendingProfiles: Int
    let unsentFiles: Int
    let refusedFiles: [String]
    let history: History
    let isRevoked: Bool
    let notices: [TroubleText.JSON]
    let traffic: TrafficText.JSON?
    let link: LinkText.JSON?

    init(_ status: DeviceStatus, _ traffic: TrafficText.JSON? = nil, _ link: LinkText.JSON? = nil) {
      self.traffic = traffic
      self.link = link
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
      rejectedProfiles = status.rejectedProfiles.map(\.record.description)
      pendingProfiles = status.pendingProfiles
      unsentFiles = status.unsentFiles
      refusedFiles = status.refusedFiles.map(\.record.description)
      history = History(
        groups: status.history.groups, whole: status.history.whole, olderSets: status.history.olderSets)
      isRevoked = status.isRevoked
      notices = status.notices.map { TroubleText.JSON($0.trouble, at: $0.at) }
    }
  }
}
