import Foundation
import LokBooks
package import LokDevice
import LokText

/// The JSON of `loksync device record meeting --file`: the same as the flags, for a meeting with many lines.
/// Money is a text in rupees, so that no reader of JSON rounds it.
struct MeetingFile: StrictlyKeyed {
  struct Saving: StrictlyKeyed {
    enum CodingKeys: String, CodingKey, CaseIterable { case member, amount, type }
    let member: String
    let amount: String
    let type: String?
  }
  /// With `loan` the money of a loan that is recorded already; without it a new loan with its terms. What of
  /// them is left out is as the group's settings have it.
  struct Loan: StrictlyKeyed {
    enum CodingKeys: String, CodingKey, CaseIterable {
      case loan, member, amount, rate, instalments, method, every, moratorium, purpose
    }
    let loan: String?
    let member: String
    let amount: String
    let rate: String?
    let instalments: UInt32?
    let method: String?
    /// Days between instalments; left out: monthly.
    let every: UInt32?
    let moratorium: UInt32?
    let purpose: String?
  }
  struct Repayment: StrictlyKeyed {
    enum CodingKeys: String, CodingKey, CaseIterable { case loan, member, principal, interest, penalty }
    let loan: String
    let member: String
    let principal: String?
    let interest: String?
    let penalty: String?
  }
  /// One sum, set against what is due.
  struct Payment: StrictlyKeyed {
    enum CodingKeys: String, CodingKey, CaseIterable { case loan, amount, penalty }
    let loan: String
    let amount: String
    let penalty: String?
  }
  struct Other: StrictlyKeyed {
    enum CodingKeys: String, CodingKey, CaseIterable {
      case kind, amount, member, loan, debit, credit, reverses, bankAccount, remark
    }
    let kind: String
    let amount: String
    let member: String?
    let loan: String?
    let debit: UInt32?
    let credit: UInt32?
    let reverses: String?
    let bankAccount: String?
    let remark: String?
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case number, date, type, opening, closing, present, absent, savings, loans, repayments, payments, others
  }
  let number: UInt32?
  let date: String
  let type: String?
  let opening: String?
  let closing: String?
  let present: [String]?
  let absent: [String]?
  let savings: [Strict<Saving>]?
  let loans: [Strict<Loan>]?
  let repayments: [Strict<Repayment>]?
  let payments: [Strict<Payment>]?
  let others: [Strict<Other>]?

  static let example = """
    {
      "number": 4, "date": "2026-04-05", "opening": "1,240", "closing": "1,690.50",
      "present": ["12-3", "12-4"], "absent": ["12-5"],
      "savings": [{"member": "12-3", "amount": "100", "type": "compulsory"}],
      "loans": [{"member": "12-4", "amount": "5,000", "rate": "12", "instalments": 10, "purpose": "goats"}],
      "repayments": [{"loan": "12-8", "member": "12-3", "principal": "500", "interest": "20"}],
      "payments": [{"loan": "12-9", "amount": "640"}],
      "others": [{"kind": "meeting-expense", "amount": "49.50", "remark": "tea"}]
    }
    """
}

extension MeetingDraft {
  /// - Throws: `Failure`, naming the file and the place in it.
  package init(json: some Sequence<UInt8>, named name: String) throws {
    let file: MeetingFile
    do {
      file = try JSONDecoder().decode(Strict<MeetingFile>.self, from: Data(json)).value
    } catch {
      throw Failure(
        .badData, "\(name) is not a meeting: \(Self.place(of: error))",
        next: "loksync device record meeting --help shows one")
    }
    let words = MeetingWords(name: name)
    self.init(
      number: file.number, day: try words.day(file.date), kind: try words.kind(file.type ?? "regular"),
      openingCash: try file.opening.map { try words.money($0, "opening") },
      closingCash: try file.closing.map { try words.money($0, "closing") })
    attendance = try (file.present ?? []).map { .init(try words.record($0, "present"), isPresent: true) }
    attendance += try (file.absent ?? []).map { .init(try words.record($0, "absent"), isPresent: false) }
    for saving in file.savings ?? [] { entries.append(try words.entry(saving.value)) }
    for repayment in file.repayments ?? [] { entries += try words.entries(repayment.value) }
    payments = try (file.payments ?? []).map { try words.payment($0.value) }
    for loan in file.loans ?? [] { try add(loan.value, words) }
    for other in file.others ?? [] { entries.append(try words.entry(other.value)) }
  }

  private mutating func add(_ loan: MeetingFile.Loan, _ words: MeetingWords) throws {
    let member = try words.record(loan.member, "loans.member")
    let amount = try words.money(loan.amount, "loans.amount")
    let reference: EntryDraft.Loan
    if let known = loan.loan {
      reference = .known(try words.record(known, "loans.loan"))
    } else {
      reference = .new(loans.count)
      loans.append(
        LoanDraft(
          borrower: .member(member), principal: amount,
          annualRateBasisPoints: try loan.rate.map { try words.rate($0) },
          instalments: loan.instalments ?? 10, interestMethod: try loan.method.map { try words.method($0) },
          purpose: loan.purpose, sanctionedDay: day, repayEveryDays: loan.every,
          moratoriumPeriods: loan.moratorium))
    }
    entries.append(EntryDraft(.loanGiven, amount, member: member, loan: reference))
  }

  private static func place(of error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      "\(path(context.codingPath + [key])) is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "\(path(context.codingPath)) has another type than expected"
    case let error as UnknownKey: "\(path(error.path)) is no key of a meeting; known here are \(error.known)"
    default: "no JSON"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
  }
}

/// Words of a meeting file to values; each failure names the field.
private struct MeetingWords {
  let name: String

  func entry(_ saving: MeetingFile.Saving) throws -> EntryDraft {
    let type = saving.type ?? "compulsory"
    guard let kind = EntryKind(text: "saving-\(type)"), kind != .savingWithdrawn else {
      throw wrong("savings.type", type, "compulsory, food, health or optional")
    }
    return .init(
      kind, try money(saving.amount, "savings.amount"), member: try record(saving.member, "savings.member"))
  }

  func entries(_ repayment: MeetingFile.Repayment) throws -> [EntryDraft] {
    let member = try record(repayment.member, "repayments.member")
    let loan = try record(repayment.loan, "repayments.loan")
    let parts: [(EntryKind, String?, String)] = [
      (.loanPrincipal, repayment.principal, "principal"), (.loanInterest, repayment.interest, "interest"),
      (.penalty, repayment.penalty, "penalty"),
    ]
    return try parts.compactMap { kind, text, field in
      try text.map {
        .init(
          kind, try money($0, "repayments.\(field)"), member: member, loan: .known(loan))
      }
    }
  }

  func payment(_ payment: MeetingFile.Payment) throws -> LoanPayment {
    LoanPayment(
      loan: try record(payment.loan, "payments.loan"), amount: try money(payment.amount, "payments.amount"),
      penalty: try payment.penalty.map { try money($0, "payments.penalty") } ?? .zero)
  }

  func entry(_ other: MeetingFile.Other) throws -> EntryDraft {
    guard let kind = EntryKind(text: other.kind) else {
      throw wrong("others.kind", other.kind, "a kind of entry such as meeting-expense")
    }
    return .init(
      kind, try money(other.amount, "others.amount"),
      member: try other.member.map { try record($0, "others.member") },
      loan: try other.loan.map { .known(try record($0, "others.loan")) },
      debit: other.debit.map(Account.init(rawValue:)), credit: other.credit.map(Account.init(rawValue:)),
      remark: other.remark, reverses: try other.reverses.map { try record($0, "others.reverses") },
      bankAccount: try other.bankAccount.map { try record($0, "others.bankAccount") })
  }

  func money(_ text: String, _ field: String) throws -> Paise {
    guard let amount = Rupees.amount(from: text) else { throw wrong(field, text, "rupees such as 1,250.50") }
    return amount
  }

  func record(_ text: String, _ field: String) throws -> RecordID {
    guard let id = RecordID(text: Digits.ascii(text)) else { throw wrong(field, text, "an id such as 12-3") }
    return id
  }

  func day(_ text: String) throws -> Day {
    guard let day = Day(text: Digits.ascii(text)) else { throw wrong("date", text, "a date YYYY-MM-DD") }
    return day
  }

  func kind(_ text: String) throws -> MeetingDraft.Kind {
    guard let kind = MeetingDraft.Kind(argument: text) else {
      throw wrong("type", text, "regular, zero, special, cutoff or closing")
    }
    return kind
  }

  func rate(_ text: String) throws -> UInt32 {
    guard let percent = Percent(argument: text) else { throw wrong("loans.rate", text, "percent a year") }
    return percent.basisPoints
  }

  func method(_ text: String) throws -> Int64 {
    guard let method = InterestMethod(argument: text) else {
      throw wrong("loans.method", text, InterestMethod.allValueStrings.joined(separator: ", "))
    }
    return method.rawValue
  }

  private func wrong(_ field: String, _ text: String, _ expected: String) -> Failure {
    Failure(
      .badData, "\(name): \(field) is \"\(text)\", not \(expected)", next: "Correct it and run it again")
  }
}
