package import LokBooks

/// A reason in words: what happened, and what to do next.
package struct ReasonText: Hashable, Sendable {
  package var sentence: String
  package var next: String

  /// Total over all reasons. Arguments are those of `Proto/loksync/v1/reason.proto`; where a sender left
  /// some out, the sentence does without.
  package init(_ reason: Reason, arguments: [Int64] = [], record: RecordID? = nil) {
    let facts = Facts(arguments: arguments, record: record)
    (sentence, next) = Self.words(for: reason, facts)
  }

  /// Both in one line.
  package var text: String { "\(sentence). \(next)." }

  /// The arguments as a sentence shows them.
  private struct Facts {
    let arguments: [Int64]
    let record: RecordID?

    func number(_ index: Int) -> String { index < arguments.count ? String(arguments[index]) : "?" }
    func money(_ index: Int) -> String {
      index < arguments.count ? Rupees.text(Paise(arguments[index])) : "₹?"
    }
    func day(_ index: Int) -> String {
      guard index < arguments.count, let number = Int32(exactly: arguments[index]) else { return "?" }
      return Day(number: number).description
    }
    var place: String { record.map { " (\($0))" } ?? "" }
  }

  /// One table without a default, so that a new reason does not compile before it has its words.
  private static func words(for reason: Reason, _ facts: Facts) -> (String, String) {
    switch reason {
    case .callBeforeHello: ("The phone spoke before it said who it is", "Update the app")
    case .unknownMethod: ("The server does not know this call", "Update the server")
    case .badRequest: ("The server could not read the request", "Update the app")
    case .protocolUnsupported: ("App and server have no protocol version in common", "Update the older one")
    case .shuttingDown: ("The server is stopping", "Nothing is lost: sync again in a few minutes")
    case .busy: ("The server has too much waiting", "Nothing is lost: it is tried again by itself")
    case .blockUnknown: ("This server does not hold the block", "Check the block code and the address")
    case .blockUnavailable:
      ("The block's files do not fit together", "An operator runs loksync shard verify and restores the file")
    case .storageFailed:
      ("The server's disk is full or failing; nothing was stored", "An operator makes room; then sync again")
    case .tooManyCalls: ("More calls at once than agreed", "Sync again")
    case .challenge: ("The server asks for a fresh signature", "It is given by itself")
    case .badSignature: ("The phone's signature does not verify", "Enrol the phone with a new code")
    case .deviceUnknown: ("The block has no such device", "Enrol the phone with a new code")
    case .deviceRevoked:
      ("The device was revoked: it may send, never read", "Ask the block office for a new enrolment code")
    case .deviceSuspended:
      ("Two stores share this device number", "Enrol both again; nothing that was typed is lost")
    case .reenroll:
      ("The store was rolled back or copied", "Sync again: it enrols by itself and keeps everything")
    case .codeUnknown: ("The block has no such enrolment code", "Check the letters, or ask for a new code")
    case .codeUsed: ("Another device has used this code", "Ask the block office for a new code")
    case .codeExpired: ("The enrolment code has expired", "Ask the block office for a new code")
    case .deviceSeqAhead:
      ("Changes before these have not come: \(facts.number(0)) is due", "Sync again: it goes on from there")
    case .beyondCommitment: ("The changes were not signed for yet", "Sync again")
    case .foreignDevice: ("The set was written by another device", "Send it from the phone that wrote it")
    case .idReused:
      (
        "These numbers carried other changes before; both are kept",
        "The block office looks at the quarantine"
      )
    case .notInScope: ("There is no such group, or it is not this device's", "Ask the block office for scope")
    case .undecodable: ("The set cannot be read", "Update the app and write the meeting again")
    case .badText: ("A text holds characters that are no text", "Type the words again")
    case .tooManyChanges:
      ("The set holds \(facts.number(0)) changes, \(facts.number(1)) are allowed", "Write it in parts")
    case .setTooLarge:
      ("The set has \(facts.number(0)) bytes, \(facts.number(1)) are allowed", "Write it in parts")
    case .containsAadhaar: ("A text holds an Aadhaar number", "Write it again without the twelve digits")
    case .countDiffers: ("The set holds another number of changes than announced", "Update the app")
    case .cboNeverInScope:
      (
        "This device never had a right to write this group",
        "Ask the block office for scope, then write again"
      )
    case .roleMayNotWrite: ("This role does not write such records", "Let a bookkeeper write it")
    case .senderRevoked: ("The sender was revoked before this came", "The block office decides")
    case .senderSuspended: ("The sender is suspended", "Enrol again; the block office decides")
    case .cboNoLongerInScope: ("The group is no longer this device's", "The block office decides")
    case .chainDiffers:
      ("The sets are not those that were signed for", "Enrol again; the block office decides")
    case .internal:
      ("The server failed on this set; its bytes are kept", "An operator looks at the quarantine")
    case .recordNotThere: ("A record\(facts.place) it names has not come yet", "Sync the phone that wrote it")
    case .earlierMeetingUnresolved:
      ("The meeting of set @\(facts.number(0)) is not settled yet", "Settle that one; this follows by itself")
    case .closingCashDiffers:
      (
        "Closing cash was declared as \(facts.money(0)), the lines give \(facts.money(1))",
        "Compare with the cash box and write the meeting again"
      )
    case .openingCashDiffers:
      (
        "Opening cash was declared as \(facts.money(0)), the books hold \(facts.money(1))",
        "Look for a meeting that has not come"
      )
    case .cashNegative: ("Cash would be \(facts.money(0)) at closure", "Look for a receipt that is missing")
    case .meetingNumberTaken:
      ("Meeting \(facts.number(0)) is there already, the last is \(facts.number(1))", "Number it anew")
    case .meetingNumberSkipped:
      ("Meeting \(facts.number(0)) came where \(facts.number(1)) is due", "Write the one that is missing")
    case .repaymentAboveOutstanding:
      (
        "The loan\(facts.place) has \(facts.money(0)) outstanding, \(facts.money(1)) was repaid",
        "Correct the repayment"
      )
    case .amountOutOfRange:
      (
        "An amount of \(facts.money(0)) is not above zero and up to \(Rupees.text(.entryMaximum))",
        "Correct the amount"
      )
    case .sumOverflows: ("The balance of account \(facts.number(0)) would overflow", "Correct the amounts")
    case .dateBeforeFormation:
      ("The date \(facts.day(0)) is before the group's formation on \(facts.day(1))", "Correct the date")
    case .dateInFuture:
      ("The date \(facts.day(0)) is after \(facts.day(1))", "Correct the phone's clock and the date")
    case .dateBeforeLastMeeting:
      ("The date \(facts.day(0)) is before the last meeting on \(facts.day(1))", "Correct the date")
    case .counterEntryMissing: ("A voucher names only one of its accounts", "Name the other account")
    case .memberOfOtherGroup:
      ("The member\(facts.place) belongs to another group", "Choose a member of this group")
    case .loanOfOtherGroup: ("The loan\(facts.place) belongs to another group", "Choose a loan of this group")
    case .entryOutsideMeeting: ("Money moves in meetings only", "Write it into a meeting")
    case .fieldMissing: ("Field \(facts.number(0)) is missing", "Fill it in")
    case .fieldOutOfRange: ("Field \(facts.number(0)) holds a value that cannot be", "Correct it")
    case .entityDiffers: ("The record\(facts.place) is of another kind", "Update the app")
    case .meetingIncomplete: ("A meeting set holds exactly one meeting; this does not", "Update the app")
    case .accountUnknown: ("The chart has no account \(facts.number(0))", "Choose an account of the chart")
    case .savingAboveBalance:
      (
        "The member\(facts.place) has saved \(facts.money(0)), \(facts.money(1)) was withdrawn",
        "Correct the withdrawal"
      )
    case .loanExceedsSanction:
      (
        "The loan\(facts.place) was sanctioned at \(facts.money(0)), \(facts.money(1)) was paid out",
        "Correct the payment or write a second loan"
      )
    case .writtenOnce:
      ("Field \(facts.number(0)) was written before and stays", "Nothing to do: both values are kept")
    case .laterWriter:
      ("A later value of field \(facts.number(0)) stays", "Nothing to do: both values are kept")
    case .rejectedByChecker: ("The checker rejected it", "Ask the checker, then write it again")
    case .waitedTooLong:
      ("It waited 90 days for a record that did not come", "A checker releases or rejects it")
    case .recordTaken: ("The record\(facts.place) exists already", "Update the app")
    case .duplicateLine: ("A member stands twice in the attendance list", "Strike one line")
    case .cutoffRequired:
      (
        "The group begins with meeting \(facts.number(0)) and has met before",
        "Enter its opening balances in a cut-off meeting first"
      )
    case .cutoffNotFirst:
      (
        "The group has meetings up to \(facts.number(0)) in its books already",
        "A cut-off comes first or never"
      )
    case .openingOutsideCutoff:
      ("An opening balance stands in a meeting that is no cut-off", "Enter it in the cut-off meeting")
    case .balanceLeft:
      (
        "After the share-out account \(facts.number(0)) still holds \(facts.money(1))",
        "Share it out or write it off, then close"
      )
    case .groupClosed:
      ("The group ended with its meeting \(facts.number(0))", "Ask the block office to take the closing back")
    case .reversalDiffers:
      ("The reversal differs from the entry\(facts.place) it names", "Take the whole entry back")
    case .alreadyReversed: ("The entry\(facts.place) was taken back before", "Strike this line")
    case .memberNotSettled:
      (
        "The member\(facts.place) has \(facts.money(0)) saved and \(facts.money(1)) outstanding",
        "Pay out and repay in a meeting first"
      )
    case .memberNotThen:
      (
        "The member\(facts.place) was no member on \(facts.day(0)); the limit is \(facts.day(1))",
        "Correct the date or the line"
      )
    case .personInOtherGroup:
      ("The same person is a member of another group", "The checker sees where, and decides")
    case .quorumMissing:
      ("Too few members came: \(facts.number(0)), and \(facts.number(1)) are needed", "The checker decides")
    case .suspenseNotZero:
      (
        "The opening balances differ by \(facts.money(0))", "The maker corrects them; then approve"
      )
    case .awaitsChecker:
      ("A new value of field \(facts.number(0)) awaits the checker", "The old one stays until then")
    case .replacedNotOpen:
      (
        "The set @\(facts.number(0)) that it replaces counts in the books, or another maker wrote it",
        "Correct it by reversal in a meeting of its own"
      )
    case .approvedByChecker: ("The checker approved it", "Nothing to do: it is frozen")
    case .replaced: ("The set @\(facts.number(0)) replaces it", "Nothing to do")
    case .ownWork:
      ("The same person or phone wrote the set @\(facts.number(0))", "Another checker decides about it")
    case .alreadyDecided:
      ("The decision @\(facts.number(0)) came first", "Nothing to do: see what it says")
    case .nothingToDecide:
      ("Nothing of the set @\(facts.number(0)) waits for a checker", "Sync, and look at what is pending")
    case .laterMeetingsStand:
      (
        "Meetings up to number \(facts.number(0)) stand on this one",
        "Reject them with it, or correct it by reversal"
      )
    }
  }
}
