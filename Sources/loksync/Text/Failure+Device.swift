import LokBooks
import LokDevice
import LokText
import LokWire

extension Failure {
  /// Why a phone's store did not do what it was asked. Nothing was written.
  init(_ error: DeviceError) {
    switch error {
    case .notRegistered:
      self.init(
        .notFound, "this phone is not registered", next: "loksync device register, with a one-time code")
    case .alreadyRegistered(let number):
      self.init(
        .usage, "this store is device \(number) already", next: "Give another --store for a new phone")
    case .otherBlock(let expected, let found):
      self.init(
        .badData, "the store belongs to block \(found), not \(expected)", next: "Give the store of that block"
      )
    case .damaged(let detail):
      self.init(.badData, "the store is damaged: \(detail)", next: "Keep the file; enrol with a new store")
    case .containsAadhaar(let field):
      self.init(.badData, "\(field) holds an Aadhaar number", next: "Write it without the twelve digits")
    case .textNotStorable(let field):
      self.init(.badData, "\(field) is no text that can be stored", next: "Type the words again")
    case .phoneFormat:
      self.init(.badData, "a phone number has ten digits, the first 6 to 9", next: "Correct the number")
    case .ifscFormat:
      self.init(
        .badData, "an IFSC has four letters, a zero and six letters or digits", next: "Correct the code")
    case .accountFormat:
      self.init(.badData, "an account number has nine to eighteen digits", next: "Correct the number")
    case .nothingToRecord: self.init(.usage, "there is nothing to record", next: "Give at least one value")
    case .tooManyChanges(let count, let limit):
      self.init(ReasonText(.tooManyChanges, arguments: [Int64(count), Int64(limit)]), .badData)
    case .setTooLarge(let bytes, let limit):
      self.init(ReasonText(.setTooLarge, arguments: [Int64(bytes), Int64(limit)]), .badData)
    case .cashOutOfRange: self.init(.badData, "the amounts do not add up to a cash", next: "Correct them")
    case .loanNotInDraft(let place):
      self.init(.badData, "there is no loan at place \(place) of the meeting", next: "Correct the file")
    case .loanNotRepayable(let loan):
      self.init(
        .notFound, "\(loan) is no loan that this group has paid out to somebody",
        next: "loksync device books loans lists them; sync first")
    case .stillComing(let cbo):
      self.init(
        .notFound, "the older payments of \(cbo) are still on their way",
        next: "loksync device sync fetches them; a line that says what it is for can be written at once")
    case .historyNotHere(let cbo):
      self.init(
        .notFound, "the older books of \(cbo) are not on this phone yet",
        next: "loksync device sync --history fetches them")
    case .loanPaidTwice(let loan):
      self.init(.usage, "loan \(loan) is paid twice in this meeting", next: "Give its sum once")
    case .amountNotPayable(let amount):
      self.init(
        .badData, "\(Rupees.text(amount)) cannot be set against this loan", next: "Correct the amount")
    case .loanToName(let loans):
      let names = loans.map(\.description).joined(separator: ", ")
      self.init(
        .usage, "a line does not say which loan it is for; the group owes \(names)",
        next: "Name it: --line bank-loan-repaid@\(loans[0])=500, or \"loan\" in the file")
    case .memberKeyMissing(let member):
      self.init(.notFound, "this phone has no key of member \(member)", next: "Sync first")
    case .countersUsedUp:
      self.init(.unavailable, "this phone's record numbers are used up", next: "Enrol it with a new code")
    case .ownSetMissing(let number):
      self.init(.badData, "set #\(number) is missing in the outbox", next: "Keep the file and ask for help")
    case .sealFailed: self.init(.internalFault, "sealing failed", next: "Run it again")
    case .blobTooLarge(let bytes, let limit):
      self.init(ReasonText(.blobTooLarge, arguments: [Int64(bytes), Int64(limit)]), .badData)
    case .blobFormUnknown: self.init(ReasonText(.blobFormUnknown), .badData)
    case .codeUnreadable:
      self.init(.usage, "that is no enrolment code", next: "It reads like 6341-7KQ2M-X9TRC")
    case .syncRunsAlready: self.init(.unavailable, "a sync runs already", next: "Wait for its end")
    case .registration(let status), .bundle(let status): self.init(describing: status)
    case .violated(let violation):
      self.init(
        .disagreement, "the server contradicts itself: \(violation)",
        next: "What was typed is kept; show this to the operator")
    }
  }

  private init(_ words: ReasonText, _ exit: Exit) { self.init(exit, words.sentence, next: words.next) }
}
