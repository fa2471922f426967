/// A member's loan as the bookkeeper has it: what is left of it, and what the next instalment is.
struct RunningLoan {
  let loan: Int
  let member: Int
  let principal: Int64
  let method: Int
  let rateBasisPoints: Int
  /// Days from one instalment to the next.
  let everyDays: Int
  var outstanding: Int64
  /// Principal; with equal instalments principal and interest.
  var instalment: Int64
  /// Nothing more comes until it is rescheduled or written off.
  var isDefaulted = false
  /// In dispute since a wrong line: no more lines about it.
  var isFrozen = false
  var missed = 0
  /// Periods without principal that are left.
  var pause: Int

  init(_ deed: LoanDeed, member: Int, everyDays: Int, outstanding: Int64) {
    loan = deed.loan
    self.member = member
    principal = deed.principalPaise
    method = deed.method
    rateBasisPoints = deed.rateBasisPoints
    self.everyDays = everyDays
    self.outstanding = outstanding
    instalment = 0
    pause = 0
    spread(over: deed.instalments, of: deed.principalPaise)
    pause = deed.moratorium ?? 0
  }

  mutating func spread(over instalments: Int, of paise: Int64) {
    pause = 0
    instalment =
      method == 3
      ? Self.equalInstalment(
        of: paise, over: instalments, rateBasisPoints: rateBasisPoints, everyDays: everyDays)
      : max(100, (paise / Int64(instalments) + 50) / 100 * 100)
  }

  /// To the rupee. Source: domain notes 2.3.
  var due: (principal: Int64, interest: Int64) {
    let base = method == 2 ? principal : outstanding
    let interest = Self.interest(on: base, rateBasisPoints: rateBasisPoints, everyDays: everyDays)
    let part = method == 3 ? max(100, instalment - interest) : instalment
    return (min(part, outstanding), interest)
  }

  static func interest(on paise: Int64, rateBasisPoints: Int, everyDays: Int) -> Int64 {
    let yearly = paise * Int64(rateBasisPoints) / 10_000
    return (yearly * Int64(everyDays) / 365 + 50) / 100 * 100
  }

  /// P divided by the sum of (1 + r)^-k, with nine decimal places.
  static func equalInstalment(
    of paise: Int64, over instalments: Int, rateBasisPoints: Int, everyDays: Int
  ) -> Int64 {
    let one: Int64 = 1_000_000_000
    let year: Int64 = 10_000 * 365
    var power = one
    var sum: Int64 = 0
    for _ in 0..<max(1, instalments) {
      power = power * year / (year + Int64(rateBasisPoints) * Int64(everyDays))
      sum += power
    }
    return max(100, (paise * one / sum + 50) / 100 * 100)
  }
}

/// A loan that the group owes to a bank or to its federation.
struct OwedLoan {
  let loan: Int
  let principal: Int64
  let rateBasisPoints: Int
  let isBanks: Bool
  var outstanding: Int64
  let instalment: Int64
  /// The day of the last instalment, or of the loan.
  var lastPaid: Int32
  private let everyDays: Int

  init(_ deed: LoanDeed, everyDays: Int) {
    loan = deed.loan
    principal = deed.principalPaise
    rateBasisPoints = deed.rateBasisPoints
    isBanks = deed.source == 5
    outstanding = deed.principalPaise
    lastPaid = deed.sanctioned
    self.everyDays = everyDays
    instalment = RunningLoan.equalInstalment(
      of: deed.principalPaise, over: deed.instalments, rateBasisPoints: deed.rateBasisPoints,
      everyDays: everyDays)
  }

  /// At the first meeting after the period is over; a few days early, where that is the nearest one.
  func isDue(on day: Int32) -> Bool { Int(day - lastPaid) >= everyDays - 5 }

  var interest: Int64 {
    RunningLoan.interest(on: outstanding, rateBasisPoints: rateBasisPoints, everyDays: everyDays)
  }
}
