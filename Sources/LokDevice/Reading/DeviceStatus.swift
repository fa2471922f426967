package import LokBooks
import LokText

/// What has become of everything typed on this phone, from acknowledgements and receipts only. Each set is
/// counted once.
package struct DeviceStatus: Hashable, Sendable {
  package struct SetAsideSet: Hashable, Sendable {
    package var device: DeviceNumber
    package var firstDeviceSeq: DeviceSeq
    package var cbo: RecordID
    package var seq: Seq?
    /// The first line that is not simply accepted, as it stands now.
    package var verdict: Verdict
    /// The checker's own words, where one rejected it.
    package var remark: String?
  }
  package struct RefusedFile: Hashable, Sendable {
    /// It names the file.
    package var record: RecordID
    package var reason: Reason
    package init(record: RecordID, reason: Reason) {
      self.record = record
      self.reason = reason
    }
  }
  /// Groups come as they stand; what came before that comes later, or on wish.
  package struct History: Hashable, Sendable {
    package var groups: Int
    /// Of which all sets are here, from the first on.
    package var whole: Int
    /// Of the others, from before they came.
    package var olderSets: Int
    package init(groups: Int, whole: Int = 0, olderSets: Int = 0) {
      self.groups = groups
      self.whole = whole
      self.olderSets = olderSets
    }
  }
  package struct Notice: Hashable, Sendable {
    package var trouble: Trouble
    package var at: Timestamp
    /// In English, for machines and logs.
    package var text: String { trouble.text(in: .english) }
  }

  package var block: BlockCode
  /// Nil until registered.
  package var device: DeviceNumber?
  package var cursor: Seq
  /// On this phone only, or sent without an answer.
  package var unsent: Int
  /// On the server's disk, not judged yet.
  package var stored: Int
  /// Judged, signed for, and posted.
  package var committed: Int
  /// Of the committed ones: meetings that count and that no checker has approved yet.
  package var unapproved: Int
  package var setAside: [SetAsideSet]
  /// Of this phone's writing: profiles that a checker has rejected, and how many wait for one.
  package var rejectedProfiles: [OpenProfile] = []
  package var pendingProfiles = 0
  /// Photos and pages of this phone that the server does not have whole, those it refuses included.
  package var unsentFiles = 0
  /// Asked for, and not here whole.
  package var wantedFiles = 0
  package var refusedFiles: [RefusedFile] = []
  package var history = History(groups: 0)
  package var isRevoked: Bool
  package var notices: [Notice]

  /// `2 unsent / 0 stored / 12 committed / 1 set aside: closing cash differs`, then what else a person has
  /// to know, a line each.
  package var text: String {
    var line = "\(unsent) unsent / \(stored) stored / \(committed) committed / \(setAside.count) set aside"
    if !setAside.isEmpty { line += ": " + Self.reasons(setAside.map(\.verdict)) }
    return ([line] + notices.map(\.text)).joined(separator: "\n")
  }

  /// Each reason once, the first met first.
  private static func reasons(_ verdicts: [Verdict]) -> String {
    var texts: [String] = []
    for verdict in verdicts {
      let text = verdict.reason?.code.wordsOfCode ?? String(describing: verdict.word)
      if !texts.contains(text) { texts.append(text) }
    }
    return texts.joined(separator: ", ")
  }
}
