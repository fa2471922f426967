/// What the auditor compared, and each thing that did not agree.
package struct AuditReport: Codable, Sendable {
  /// Where money ended: each rupee of the generator's file is in exactly one of them.
  package enum Fate: String, Codable, CaseIterable, Sendable {
    case posted
    case setAside = "flagged or waiting"
    case takenBack = "taken back or rejected"
    case quarantined
    case refused
  }

  package struct Finding: Codable, Hashable, Sendable, CustomStringConvertible {
    package var check: Check
    package var block: UInt32
    package var cbo: UInt64?
    package var account: Int?
    package var member: UInt64?
    package var place: String
    package var expected: String
    package var found: String

    package var description: String {
      var places = ["block \(block)"]
      if let cbo { places.append("CBO \(cbo >> 32)-\(cbo & 0xFFFF_FFFF)") }
      if let account { places.append("account \(account)") }
      if let member { places.append("member \(member >> 32)-\(member & 0xFFFF_FFFF)") }
      if !place.isEmpty { places.append(place) }
      return "\(check.rawValue): \(places.joined(separator: ", ")): expected \(expected), found \(found)"
    }
  }

  /// What is compared, with what each one counts.
  package enum Check: String, Codable, CaseIterable, Sendable {
    case arrival = "sets arrived"
    case verdict = "verdicts fit the act"
    case line = "lines of the cash book"
    case account = "account totals"
    case member = "member totals"
    case group = "CBO totals"
    case block = "block totals"
    case balance = "stored balances"
    case trialBalance = "trial balances"
    case subLedger = "sub-ledgers add up"
    case loan = "loans recomputed"
    case overdue = "loans overdue"
    case opening = "openings without a rest"
    case closing = "closed books"
    case standing = "standings of meetings"
    case profile = "standings of profiles"
    case code = "printed codes"
    case review = "reviewed values"
    case leaf = "leaves recomputed"
    case chain = "chains"
    case digest = "state digests"
    case copy = "rows on phones"
    case receipt = "receipts"
    case head = "signed heads"
    case phone = "phones in sync"
  }

  package private(set) var compared: [Check: Int] = [:]
  /// At least so many have to be compared; from the options and the acts alone.
  package private(set) var due: [Check: Int] = [:]
  package private(set) var findings: [Finding] = []
  /// Paise by where they ended.
  package private(set) var paise: [Fate: Int64] = [:]
  package private(set) var sets: [Fate: Int] = [:]
  /// Meetings by what the shards say became of them.
  package private(set) var meetings: [Act.Outcome: Int] = [:]

  package init() {}

  package var agrees: Bool { findings.isEmpty && shortfalls.isEmpty }

  /// Checks of which there were fewer than due.
  package var shortfalls: [Check] {
    Check.allCases.filter { compared[$0, default: 0] < due[$0, default: 0] }
  }

  mutating func expect(_ check: Check, atLeast count: Int) { due[check, default: 0] += count }

  mutating func count(_ check: Check, _ number: Int = 1) { compared[check, default: 0] += number }

  mutating func add(_ paise: Int64, to fate: Fate) {
    self.paise[fate, default: 0] += paise
    sets[fate, default: 0] += 1
  }

  mutating func add(_ meeting: Act.Outcome) { meetings[meeting, default: 0] += 1 }

  mutating func find(
    _ check: Check, block: UInt32, cbo: UInt64? = nil, account: Int? = nil, member: UInt64? = nil,
    at place: String = "", expected: String, found: String
  ) {
    findings.append(
      Finding(
        check: check, block: block, cbo: cbo, account: account, member: member, place: place,
        expected: expected, found: found))
  }

  /// A comparison that counts, and is a finding where the two differ.
  mutating func compare<Value: Equatable>(
    _ check: Check, block: UInt32, cbo: UInt64? = nil, account: Int? = nil, member: UInt64? = nil,
    at place: String = "", expected: Value, found: Value
  ) {
    count(check)
    guard expected != found else { return }
    find(
      check, block: block, cbo: cbo, account: account, member: member, at: place, expected: "\(expected)",
      found: "\(found)")
  }
}
