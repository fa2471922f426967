import LokBooks
package import LokDevice
import LokText

/// A group's books as a phone sees them.
package enum BooksText {
  package static func list(_ groups: [HeldGroup]) -> String {
    var table = Table([.init("GROUP"), .init("TIER"), .init("NAME"), .init("PARENT")])
    for group in groups {
      table.append([
        "\(group.id)", group.tier?.name ?? "", group.name ?? "", group.parent.map(\.description) ?? "",
      ])
    }
    return groups.isEmpty ? "No groups yet: loksync device sync fetches them" : table.text
  }

  package static func text(_ books: Books) -> String {
    var facts = FactSheet()
    facts.append("Group", "\(books.cbo) \(books.name ?? "") \(books.tier.map { "(\($0.name))" } ?? "")")
    facts.append("Last meeting", books.lastMeeting.map(String.init) ?? "none")
    facts.append("Cash in hand", Rupees.text(books.cash))
    facts.append("Not judged by the server", "\(books.provisionalSets) sets")
    var parts = [facts.text]
    if !books.members.isEmpty { parts.append("Members\n" + members(books)) }
    if !books.loans.isEmpty { parts.append("Loans\n" + loans(books)) }
    if !books.trialBalance.isEmpty { parts.append("Trial balance\n" + trialBalance(books)) }
    if !books.setAside.isEmpty {
      parts.append("Set aside\n" + books.setAside.map { aside($0) }.joined(separator: "\n"))
    }
    return parts.joined(separator: "\n\n")
  }

  private static func members(_ books: Books) -> String {
    var table = Table([.init("MEMBER"), .init("NAME"), .init("SAVINGS", .right)])
    for member in books.members {
      let savings = member.savings.values.reduce(Paise.zero as Paise?) { $0?.adding($1) }
      table.append([
        "\(member.id)", member.identity?.name ?? "sealed", savings.map { Rupees.text($0) } ?? "out of range",
      ])
    }
    return table.text
  }

  private static func loans(_ books: Books) -> String {
    var table = Table([
      .init("LOAN"), .init("BORROWER"), .init("PRINCIPAL", .right), .init("OUTSTANDING", .right),
    ])
    for loan in books.loans {
      table.append([
        "\(loan.id)", (loan.member ?? loan.borrowerCBO).map(\.description) ?? "", Rupees.text(loan.principal),
        Rupees.text(loan.outstanding),
      ])
    }
    return table.text
  }

  private static func trialBalance(_ books: Books) -> String {
    var table = Table([
      .init("ACCOUNT", .right), .init("NAME"), .init("DEBIT", .right), .init("CREDIT", .right),
    ])
    for line in books.trialBalance where line.balance != .zero {
      let amount = Rupees.text(Paise(clamping: line.balance.rawValue.magnitude))
      let isDebit = line.balance > .zero
      table.append([
        "\(line.account.rawValue)", line.account.name ?? "", isDebit ? amount : "", isDebit ? "" : amount,
      ])
    }
    let isBalanced = books.trialBalanceSum == .zero
    return table.text + (isBalanced ? "" : "\nDebits and credits differ: show this to the block office")
  }

  private static func aside(_ line: Books.SetAsideLine) -> String {
    "  \(line.seq.map { "@\($0)" } ?? "not sent"): \(VerdictText.text(line.verdict))"
  }

  struct JSON: Encodable {
    struct Member: Encodable {
      let id: String
      let name: String?
      let savingsPaise: [String: Int64]
    }
    struct Loan: Encodable {
      let id: String
      let borrower: String?
      let principalPaise: Int64
      let outstandingPaise: Int64
    }
    let cbo: String
    let name: String?
    let tier: String?
    let lastMeeting: UInt32?
    let cashPaise: Int64
    let provisionalSets: Int
    let members: [Member]
    let loans: [Loan]
    /// Account to debit less credit.
    let trialBalancePaise: [String: Int64]
    let setAside: [VerdictText.JSON]

    init(_ books: Books) {
      cbo = books.cbo.description
      name = books.name
      tier = books.tier?.name
      lastMeeting = books.lastMeeting
      cashPaise = books.cash.rawValue
      provisionalSets = books.provisionalSets
      members = books.members.map { member in
        Member(
          id: member.id.description, name: member.identity?.name,
          savingsPaise: BooksText.byAccount(member.savings.map { ($0.key, $0.value) }))
      }
      loans = books.loans.map { loan in
        Loan(
          id: loan.id.description, borrower: (loan.member ?? loan.borrowerCBO)?.description,
          principalPaise: loan.principal.rawValue, outstandingPaise: loan.outstanding.rawValue)
      }
      trialBalancePaise = BooksText.byAccount(books.trialBalance.map { ($0.account, $0.balance) })
      setAside = books.setAside.map { VerdictText.JSON($0.verdict) }
    }
  }

  private static func byAccount(_ lines: [(Account, Paise)]) -> [String: Int64] {
    Dictionary(lines.map { (String($0.0.rawValue), $0.1.rawValue) }, uniquingKeysWith: { first, _ in first })
  }
}

extension Paise {
  /// Of a magnitude, which may be one above the largest.
  fileprivate init(clamping magnitude: UInt64) { self.init(Int64(clamping: magnitude)) }
}
