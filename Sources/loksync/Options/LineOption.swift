import ArgumentParser
package import LokBooks
import LokText

/// A line of a meeting about a member: `MEMBER=RUPEES`, as in `12-3=100`.
package struct MemberAmount: ExpressibleByArgument, Hashable, Sendable {
  package var member: RecordID
  package var amount: Paise

  package init?(argument: String) {
    guard let (target, amount) = Assignment.split(argument), let member = RecordID(argument: target) else {
      return nil
    }
    self.member = member
    self.amount = amount
  }
}

/// A line about a member's loan: `LOAN@MEMBER=RUPEES`, as in `12-9@12-3=500`.
package struct LoanAmount: ExpressibleByArgument, Hashable, Sendable {
  package var loan: RecordID
  package var member: RecordID
  package var amount: Paise

  package init?(argument: String) {
    guard let (target, amount) = Assignment.split(argument) else { return nil }
    let parts = target.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let loan = RecordID(argument: parts[0]),
      let member = RecordID(argument: parts[1])
    else { return nil }
    self.loan = loan
    self.member = member
    self.amount = amount
  }
}

/// A sum paid on a loan, whatever it is for: `LOAN=RUPEES`, as in `12-9=500`.
package struct LoanSum: ExpressibleByArgument, Hashable, Sendable {
  package var loan: RecordID
  package var amount: Paise

  package init?(argument: String) {
    guard let (target, amount) = Assignment.split(argument), let loan = RecordID(argument: target) else {
      return nil
    }
    self.loan = loan
    self.amount = amount
  }
}

/// Any other line of the cash book: `KIND=RUPEES`, as in `meeting-expense=49.50`, or `KIND@LOAN=RUPEES`, as
/// in `bank-loan-repaid@12-9=500`.
package struct KindAmount: ExpressibleByArgument, Hashable, Sendable {
  package var kind: EntryKind
  package var loan: RecordID?
  package var amount: Paise

  package init?(argument: String) {
    guard let (target, amount) = Assignment.split(argument) else { return nil }
    let parts = target.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, let kind = EntryKind(text: parts[0]) else { return nil }
    if parts.count == 2 {
      guard let loan = RecordID(argument: parts[1]) else { return nil }
      self.loan = loan
    }
    self.kind = kind
    self.amount = amount
  }
}

private enum Assignment {
  static func split(_ text: String) -> (target: String, amount: Paise)? {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let amount = Rupees.amount(from: parts[1]) else { return nil }
    return (Digits.ascii(parts[0]), amount)
  }
}
