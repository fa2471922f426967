/// The stable codes of everything that can go another way than hoped; values and meanings are those of
/// `loksync.v1.Reason`, which a test holds equal. Texts for people are made from code and arguments.
package enum Reason: Int, CaseIterable, Sendable {
  case callBeforeHello = 1
  case unknownMethod = 2
  case badRequest = 3
  case protocolUnsupported = 4
  case shuttingDown = 5
  case busy = 6
  case blockUnknown = 7
  case blockUnavailable = 8
  case storageFailed = 9
  case tooManyCalls = 10
  case budgetSpent = 11
  case serverPutBack = 12
  case challenge = 20
  case badSignature = 21
  case deviceUnknown = 22
  case deviceRevoked = 23
  case deviceSuspended = 24
  case reenroll = 25
  case codeUnknown = 26
  case codeUsed = 27
  case codeExpired = 28
  case deviceSeqAhead = 40
  case beyondCommitment = 41
  case foreignDevice = 42
  case idReused = 43
  case notInScope = 44
  case undecodable = 60
  case badText = 61
  case tooManyChanges = 62
  case setTooLarge = 63
  case containsAadhaar = 64
  case countDiffers = 65
  case cboNeverInScope = 66
  case roleMayNotWrite = 67
  case senderRevoked = 80
  case senderSuspended = 81
  case cboNoLongerInScope = 82
  case chainDiffers = 83
  case `internal` = 84
  case recordNotThere = 100
  case earlierMeetingUnresolved = 101
  case closingCashDiffers = 120
  case openingCashDiffers = 121
  case cashNegative = 122
  case meetingNumberTaken = 123
  case meetingNumberSkipped = 124
  case repaymentAboveOutstanding = 125
  case amountOutOfRange = 126
  case sumOverflows = 127
  case dateBeforeFormation = 128
  case dateInFuture = 129
  case dateBeforeLastMeeting = 130
  case counterEntryMissing = 131
  case memberOfOtherGroup = 132
  case loanOfOtherGroup = 133
  case entryOutsideMeeting = 134
  case fieldMissing = 135
  case fieldOutOfRange = 136
  case entityDiffers = 137
  case meetingIncomplete = 138
  case accountUnknown = 139
  case savingAboveBalance = 140
  case loanExceedsSanction = 141
  case writtenOnce = 142
  case laterWriter = 143
  case rejectedByChecker = 144
  case waitedTooLong = 145
  case recordTaken = 146
  case duplicateLine = 147
  case replacedNotOpen = 148
  case cutoffRequired = 149
  case cutoffNotFirst = 150
  case openingOutsideCutoff = 151
  case balanceLeft = 152
  case groupClosed = 153
  case reversalDiffers = 154
  case alreadyReversed = 155
  case memberNotSettled = 156
  case memberNotThen = 157
  case personInOtherGroup = 158
  case quorumMissing = 159
  case approvedByChecker = 160
  case replaced = 161
  case ownWork = 162
  case alreadyDecided = 163
  case nothingToDecide = 164
  case laterMeetingsStand = 165
  case suspenseNotZero = 166
  case awaitsChecker = 167
  case profileApproved = 168
  case profileChanged = 169
  case officeBearersMissing = 170
  case fieldOfChecker = 171
  case groupNotActive = 172
  case officeTaken = 173
  case loanEventTaken = 174
  case earlierMeetingUnapproved = 175
  case bankBalanceNegative = 176
  case blobTooLarge = 180
  case blobFormUnknown = 181
  case blobDamaged = 182
  case blobNotThere = 183
  case blobSpaceFull = 184
  case bundleDamaged = 200
  case bundleTooNew = 201
  case bundleOfOtherKind = 202
  case bundleForOtherServer = 203
  case bundleForOtherDevice = 204
  case bundleMissingBefore = 205

  /// The code as operators and logs read it: MEETING_NUMBER_TAKEN.
  package var code: String {
    var text = ""
    var previousIsLower = false
    for character in String(describing: self) {
      if character.isUppercase, previousIsLower { text.append("_") }
      text.append(contentsOf: character.uppercased())
      previousIsLower = character.isLowercase
    }
    return text
  }
}
