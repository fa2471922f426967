package import LokBooks
package import LokWire

/// Why a phone's store cannot do what was asked.
package enum DeviceError: Error, Hashable, Sendable {
  case notRegistered
  case alreadyRegistered(DeviceNumber)
  /// The file belongs to another block.
  case otherBlock(expected: BlockCode, found: BlockCode)
  case damaged(String)
  /// The words hold an Aadhaar number; mend them, it must never be stored.
  case containsAadhaar(field: String)
  case textNotStorable(field: String)
  /// Ten digits, the first 6 to 9.
  case phoneFormat
  /// Four letters, a zero, six letters or digits.
  case ifscFormat
  /// Nine to eighteen digits.
  case accountFormat
  case nothingToRecord
  case tooManyChanges(count: Int, limit: Int)
  case setTooLarge(bytes: Int, limit: Int)
  case cashOutOfRange
  case loanNotInDraft(Int)
  /// A payment on a loan that the group has not given, or not paid out.
  case loanNotRepayable(RecordID)
  /// Two payments on one loan in one meeting: what the second is for depends on the first.
  case loanPaidTwice(RecordID)
  case amountNotPayable(Paise)
  /// It takes sets of this CBO that are older than what the phone has fetched.
  case historyNotHere(RecordID)
  /// Of this CBO only a preview is here.
  case stillComing(RecordID)
  /// The group owes several such loans, ascending: the line has to say which it is for.
  case loanToName([RecordID])
  case memberKeyMissing(RecordID)
  /// The device's record numbers are used up; it has to enrol again.
  case countersUsedUp
  case ownSetMissing(DeviceSeq)
  case sealFailed
  case blobTooLarge(bytes: Int, limit: Int)
  /// Neither JPEG, PNG, WebP nor, for a page, PDF.
  case blobFormUnknown
  case codeUnreadable
  case syncRunsAlready
  case registration(Status)
  /// A file that was brought is not this store's answer, or cannot be read.
  case bundle(Status)
  case violated(ProtocolViolation)
}
