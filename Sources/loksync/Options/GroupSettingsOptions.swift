package import ArgumentParser
package import LokBooks
package import LokDevice

/// How a group keeps its books; what is left out stays as it is.
package struct GroupSettingsOptions: ParsableArguments {
  @Option(help: ArgumentHelp("An SHG's VO, a VO's CLF.", valueName: "id"))
  package var parent: RecordID?
  @Option(help: ArgumentHelp("Member of that federation since.", valueName: "date"))
  package var memberSince: Day?
  @Option(help: ArgumentHelp("Where it meets.", valueName: "id"))
  package var village: RecordID?
  @Option(help: ArgumentHelp("How often it meets: 7, 14, 28 or 30 days.", valueName: "days"))
  package var meetsEvery: UInt32?
  @Option(help: ArgumentHelp("Compulsory saving per member and meeting.", valueName: "rupees"))
  package var saving: Paise?
  @Option(help: ArgumentHelp("Saving for food security.", valueName: "rupees"))
  package var foodSaving: Paise?
  @Option(help: ArgumentHelp("Saving for health.", valueName: "rupees"))
  package var healthSaving: Paise?
  @Option(help: ArgumentHelp("Optional saving.", valueName: "rupees"))
  package var optionalSaving: Paise?
  @Option(help: "Of new loans to members.")
  package var interest: InterestMethod?
  @Option(help: ArgumentHelp("Interest a year of new loans to members.", valueName: "percent"))
  package var rate: Percent?
  @Option(
    help: ArgumentHelp(
      "What a repayment is set against first: penalty, overdue-interest, current-interest, "
        + "overdue-principal, current-principal, prepayment in the group's order.", valueName: "kinds"))
  package var allocation: AllocationOrder?
  @Option(help: ArgumentHelp("For who does not come.", valueName: "rupees"))
  package var absencePenalty: Paise?
  @Option(help: ArgumentHelp("For who comes late.", valueName: "rupees"))
  package var latePenalty: Paise?
  @Option(help: ArgumentHelp("Of the members, at regular and special meetings.", valueName: "percent"))
  package var quorum: UInt32?
  @Option(help: "Interest counts as income when it is received (cash) or when it is due (accrual).")
  package var basis: BookBasis?

  package init() {}

  package func validate() throws {
    if let meetsEvery, ![7, 14, 28, 30].contains(meetsEvery) {
      throw ValidationError("--meets-every is 7, 14, 28 or 30 days.")
    }
    if let quorum, quorum > 100 { throw ValidationError("--quorum is 0 to 100 percent.") }
  }

  /// A draft of the settings alone.
  package var draft: CBODraft {
    CBODraft(
      parent: parent, village: village, meetingEveryDays: meetsEvery, compulsorySaving: saving,
      settings: GroupSettings(
        parentSince: memberSince, foodSaving: foodSaving, healthSaving: healthSaving,
        optionalSaving: optionalSaving, interestMethod: interest?.rawValue,
        annualRateBasisPoints: rate?.basisPoints, absencePenalty: absencePenalty, latePenalty: latePenalty,
        quorumPercent: quorum, isAccrual: basis.map { $0 == .accrual }, allocationOrder: allocation))
  }
}
