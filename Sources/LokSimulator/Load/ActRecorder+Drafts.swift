import LokBooks
import LokDevice

/// Deeds that need no other record, as the phone's forms have them.
extension ActRecorder {
  func draft(of group: GroupDeed) -> CBODraft {
    CBODraft(
      tier: Tier(rawValue: Int64(group.tier)), name: group.name,
      parent: group.parent.flatMap { names.group($0) },
      village: group.village.flatMap { names.village($0) }, formationDay: Day(number: group.formed),
      meetingEveryDays: UInt32(group.everyDays),
      compulsorySaving: group.settings.map { Paise($0.savingPaise[0]) },
      settings: group.settings.map { settings(of: $0, group) } ?? GroupSettings())
  }

  private func settings(of settings: SettingsDeed, _ group: GroupDeed) -> GroupSettings {
    let saving = { (kind: Int) in
      settings.savingPaise[kind] > 0 ? Paise(settings.savingPaise[kind]) : nil
    }
    return GroupSettings(
      parentSince: Day(number: group.formed), foodSaving: saving(1), healthSaving: saving(2),
      optionalSaving: saving(3), interestMethod: Int64(settings.method),
      annualRateBasisPoints: UInt32(settings.rateBasisPoints),
      absencePenalty: Paise(settings.absencePenaltyPaise), latePenalty: Paise(settings.latePenaltyPaise),
      quorumPercent: settings.quorumPercent > 0 ? UInt32(settings.quorumPercent) : nil)
  }

  func draft(of member: MemberDeed) -> MemberDraft {
    MemberDraft(
      identity: MemberIdentity(
        name: member.name, guardian: member.guardian, birthDay: Day(number: member.born)),
      contact: MemberContact(phone: member.phone), joinedDay: Day(number: member.joined),
      socialCategory: Int64(member.category), designation: Int64(member.designation))
  }

  func draft(of account: AccountDeed) -> BankAccountDraft {
    BankAccountDraft(
      bank: account.bank, branch: account.branch, ifsc: account.ifsc, accountNumber: account.number,
      openedDay: Day(number: account.opened))
  }

  func draft(of loan: LoanDeed, borrower: LoanDraft.Borrower) -> LoanDraft {
    LoanDraft(
      borrower: borrower, principal: Paise(loan.principalPaise),
      annualRateBasisPoints: UInt32(loan.rateBasisPoints), instalments: UInt32(loan.instalments),
      interestMethod: Int64(loan.method), purpose: loan.purpose,
      sanctionedDay: Day(number: loan.sanctioned), source: Int64(loan.source),
      repayEveryDays: loan.everyDays.map { UInt32($0) },
      moratoriumPeriods: loan.moratorium.map { UInt32($0) }, loanNumber: loan.number, lender: loan.lender)
  }
}
