import LokBooks
import LokText

/// A group's profile for people: facts, then its members.
struct ProfileText {
  private let profile: GroupProfile
  /// Of members, where a phone may read them.
  private let names: [RecordID: String]
  private let messages: Messages
  private var values: Patch { profile.values }

  init(_ profile: GroupProfile, names: [RecordID: String] = [:], in messages: Messages = Speech.messages) {
    self.profile = profile
    self.names = names
    self.messages = messages
  }

  var text: String {
    [facts, profile.members.isEmpty ? nil : members].compactMap { $0 }.joined(separator: "\n\n")
  }

  private var facts: String {
    var sheet = FactSheet()
    func add(_ key: ProfileKey, _ value: String?) {
      if let value, !value.isEmpty { sheet.append(messages.text(key), value) }
    }
    let tier = values.integer(CBOField.tier).flatMap { Tier(rawValue: $0) }?.name ?? ""
    add(.group, "\(profile.id) \(tier) \(Printable.text(values.text(CBOField.name) ?? ""))")
    add(.code, profile.code?.description ?? messages.text(ProfileKey.noCode))
    add(.state, word(profile.state))
    add(.statusReason, values.text(CBOField.statusReason).map(Printable.text))
    add(.village, profile.village.map(Printable.text))
    add(.formed, values.day(CBOField.formationDay)?.description)
    add(
      .meets,
      values.integer(CBOField.meetingEveryDays).map {
        messages.text(ProfileKey.everyDays, [.number($0)])
      })
    add(
      .savings,
      amounts(
        CBOField.compulsorySavingPaise, CBOField.foodSavingPaise, CBOField.healthSavingPaise,
        CBOField.optionalSavingPaise))
    add(.loans, loanTerms)
    add(.allocation, values.bytes(CBOField.allocationOrder).flatMap(AllocationOrder.init(bytes:)).map(order))
    add(.penalties, amounts(CBOField.absencePenaltyPaise, CBOField.latePenaltyPaise))
    add(.quorum, values.integer(CBOField.quorumPercent).map { "\($0) %" })
    add(
      .basis,
      values.integer(CBOField.isAccrual).map {
        messages.text($0 == 1 ? ProfileKey.accrual : ProfileKey.cash)
      })
    for membership in profile.memberships { add(.federation, text(of: membership)) }
    for office in profile.offices { sheet.append(word(office.office), text(of: office)) }
    for account in profile.bankAccounts { add(.bankAccount, text(of: account)) }
    return sheet.text
  }

  /// Nil where the group has set none of them.
  private func amounts(_ fields: UInt32...) -> String? {
    let amounts = fields.map { values.paise($0) }
    guard amounts.contains(where: { $0 != nil && $0 != .zero }) else { return nil }
    return amounts.map { Rupees.text($0 ?? .zero) }.joined(separator: ", ")
  }

  private var loanTerms: String? {
    let method = values.integer(CBOField.interestMethod).flatMap { InterestMethod(rawValue: $0) }
    let rate = values.integer(CBOField.annualRateBasisPoints).map { "\(Double($0) / 100) %" }
    let parts = [rate, method.map { "\($0)" }].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private func order(_ order: AllocationOrder) -> String { order.kinds.map(\.word).joined(separator: ", ") }

  private func text(of membership: GroupProfile.Membership) -> String {
    "\(membership.federation) \(Printable.text(membership.name ?? "")) "
      + span(since: membership.since, until: membership.until?.advanced(by: -1))
  }

  private func text(of office: GroupProfile.Office) -> String {
    let name = names[office.member].map { " " + Printable.text($0) } ?? ""
    guard let since = office.since else { return "\(office.member)\(name)" }
    return "\(office.member)\(name) \(span(since: since, until: office.until))"
  }

  private func span(since: Day, until: Day?) -> String {
    let days: [MessageArgument] = [since, until].compactMap { $0 }.map { .day($0) }
    return messages.text(until == nil ? ProfileKey.since : ProfileKey.sinceUntil, days)
  }

  private func text(of account: GroupProfile.BankAccount) -> String {
    let parts = [
      BankAccountField.bank, BankAccountField.branch, BankAccountField.ifsc, BankAccountField.accountNumber,
    ]
    let words = parts.compactMap { account.values.text($0) }.map(Printable.text)
    let isClosed = account.values.day(BankAccountField.closedDay) != nil
    let state = isClosed ? messages.text(ProfileKey.closed) : word(account.state)
    return ([account.id.description] + words + ["(\(state))"]).joined(separator: " ")
  }

  private var members: String {
    let keys: [ProfileKey] = [.member, .code, .name, .office, .joined, .left, .state]
    var table = Table(keys.map { .init(messages.text($0)) })
    for member in profile.members {
      let office = member.values.integer(MemberField.designation).flatMap { Designation(rawValue: $0) }
      table.append([
        member.id.description, member.code?.description ?? "", names[member.id].map(Printable.text) ?? "",
        office.map(word) ?? "", member.values.day(MemberField.joinedDay)?.description ?? "",
        member.values.day(MemberField.leftDay)?.description ?? "", word(member.state),
      ])
    }
    return table.text
  }

  private func word(_ state: ProfileState) -> String {
    let key: ProfileStateKey =
      switch state {
      case .pending: .pending
      case .approved: .approved
      case .rejected: .rejected
      case .active: .active
      case .inactive: .inactive
      case .dissolved: .dissolved
      }
    return messages.text(key)
  }

  private func word(_ office: Designation) -> String {
    let key: OfficeKey =
      switch office {
      case .member: .member
      case .president: .president
      case .secretary: .secretary
      case .treasurer: .treasurer
      case .bookkeeper: .bookkeeper
      }
    return messages.text(key)
  }
}
