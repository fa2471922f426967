package import LokBooks

/// How a phone stands.
package enum StatusKey: String, MessageKey {
  /// Sets unsent, stored, committed, set aside.
  case line = "status.line"
  /// Set, group, verdict.
  case setAside = "status.setAside"
  /// Moment, notice.
  case notice = "status.notice"
  /// The checker's words.
  case checkerSaid = "status.checkerSaid"
  /// Meetings.
  case unapproved = "status.unapproved"
  /// Record, the checker's words.
  case rejectedProfile = "status.rejectedProfile"
  /// Profiles.
  case pendingProfiles = "status.pendingProfiles"
  /// Files.
  case unsentFiles = "status.unsentFiles"
  /// Record, what is wrong and what to do.
  case refusedFile = "status.refusedFile"
  /// Groups with all their older sets, groups, older sets of the others.
  case history = "status.history"
}

/// What a phone has found of its link.
package enum LinkKey: String, MessageKey {
  /// Milliseconds.
  case fast = "link.fast"
  case slow = "link.slow"
  case unknown = "link.unknown"
  /// Bytes a second.
  case rate = "link.rate"
}

/// What a phone's connections have carried.
package enum TrafficKey: String, MessageKey {
  /// Sessions today, sessions in the last days, those days.
  case sessions = "traffic.sessions"
  case call = "traffic.call"
  case upToday = "traffic.upToday"
  case downToday = "traffic.downToday"
  // Days.
  case upRecent = "traffic.upRecent"
  case downRecent = "traffic.downRecent"
  case unknownCall = "traffic.unknownCall"
  case allCalls = "traffic.allCalls"
  case socket = "traffic.socket"
}

/// How a sync went.
package enum SyncKey: String, MessageKey {
  /// Sets and changes sent, sets received, bytes up, bytes down.
  case sum = "sync.sum"
  /// Bytes that came, sets, groups.
  case heldBack = "sync.heldBack"
  /// Bytes that came, groups.
  case mendingHeldBack = "sync.mendingHeldBack"
  /// Groups compared, made anew from their own sets, fetched anew, that differ still.
  case compared = "sync.compared"
  /// Sets written again.
  case reenrolled = "sync.reenrolled"
  /// Files sent, files fetched.
  case files = "sync.files"
  /// Bytes of the budget, files to send, files to fetch.
  case filesHeldBack = "sync.filesHeldBack"
  /// Files to fetch.
  case filesSpared = "sync.filesSpared"
  /// Files written, files that are not here, the folder.
  case filesWritten = "sync.filesWritten"
  case laterWhat = "sync.later.what"
  /// Seconds.
  case laterNext = "sync.later.next"
  case brokenOffWhat = "sync.brokenOff.what"
  case brokenOffNext = "sync.brokenOff.next"
  /// The server's code.
  case refusedWhat = "sync.refused.what"
  case refusedNext = "sync.refused.next"
  /// What was found.
  case disagreementWhat = "sync.disagreement.what"
  case disagreementNext = "sync.disagreement.next"
  /// Sets, changes, the last number, bytes of the file.
  case bundleWritten = "sync.bundleWritten"
  case bundleMore = "sync.bundleMore"
  /// Sets stored, receipts, sets received.
  case answerTaken = "sync.answerTaken"
  case answerLater = "sync.answerLater"
}

/// What was written down on a phone.
package enum RecordedKey: String, MessageKey {
  /// Device, its number of the set.
  case one = "recorded.one"
  /// Device, its number of the set, changes.
  case many = "recorded.many"
  /// Ids.
  case new = "recorded.new"
  /// First ids, last id, count.
  case newMany = "recorded.newMany"
  /// Loan, parts.
  case allocated = "recorded.allocated"
  case expectedInBooks = "recorded.expectedInBooks"
  case expectedDecided = "recorded.expectedDecided"
  /// Verdict.
  case expected = "recorded.expected"
}

/// Receipts of a phone: columns and words.
package enum ReceiptKey: String, MessageKey {
  case none = "receipt.none"
  case set = "receipt.set"
  case group = "receipt.group"
  case what = "receipt.what"
  case standing = "receipt.standing"
  case signature = "receipt.signature"
  /// Number.
  case meeting = "receipt.meeting"
  case records = "receipt.records"
  case unapproved = "receipt.unapproved"
  case approved = "receipt.approved"
  case counts = "receipt.counts"
}

/// What a payment on a loan is for.
package enum DueKey: String, MessageKey {
  case penalty = "due.penalty"
  case overdueInterest = "due.overdueInterest"
  case currentInterest = "due.currentInterest"
  case overduePrincipal = "due.overduePrincipal"
  case currentPrincipal = "due.currentPrincipal"
  case prepayment = "due.prepayment"

  package init(_ kind: DueKind) {
    self =
      switch kind {
      case .penalty: .penalty
      case .overdueInterest: .overdueInterest
      case .currentInterest: .currentInterest
      case .overduePrincipal: .overduePrincipal
      case .currentPrincipal: .currentPrincipal
      case .prepayment: .prepayment
      }
  }
}

/// Instants and spans of time.
package enum MomentKey: String, MessageKey {
  case never = "moment.never"
  /// Day, `14:03`.
  case at = "moment.at"
  case days = "moment.days"
  case hours = "moment.hours"
  case minutes = "moment.minutes"
  case seconds = "moment.seconds"
}
