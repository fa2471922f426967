import LokBooks
import LokDevice
import Testing

/// One sum paid on a loan: the phone writes the lines that it is for, in the group's order.
@Suite struct PaymentTests {
  private struct Lender {
    let phone: DeviceAgent
    let group: RecordID
    let member: RecordID
    let loan: RecordID
    static var day: Day { Bench.today.advanced(by: -100) }

    /// A loan of 1,200 rupees at 12 %, four instalments every 28 days, paid out 100 days ago.
    init(_ bench: Bench, _ order: AllocationOrder? = nil) async throws {
      phone = try await bench.enrolled("asha.sqlite")
      (group, member) = try await phone.makeGroup("Jai Maa")
      let (group, member) = (group, member)
      loan = try await phone.with { store, now in
        if let order {
          let settings = CBODraft(settings: GroupSettings(allocationOrder: order))
          _ = try store.editCBO(group, settings, at: now)
        }
        return try store.recordMeeting(
          MeetingDraft(
            day: Self.day, attendance: [.init(member, isPresent: true)],
            loans: [
              LoanDraft(
                borrower: .member(member), principal: Paise(1_200_00), instalments: 4, repayEveryDays: 28)
            ],
            entries: [
              EntryDraft(.otherReceipt, Paise(1_200_00)),
              EntryDraft(.loanGiven, Paise(1_200_00), member: member, loan: .new(0)),
            ]), of: group, at: now
        ).newRecords[1]
      }
    }

    func pay(_ rupees: Int64, penalty: Int64 = 0, after days: Int32) async throws -> RecordedSet {
      let (group, loan) = (group, loan)
      return try await phone.with { store, now in
        try store.recordMeeting(
          MeetingDraft(
            day: Self.day.advanced(by: days),
            payments: [LoanPayment(loan: loan, amount: Paise(rupees * 100), penalty: Paise(penalty * 100))]),
          of: group, at: now)
      }
    }

    func owed() async throws -> Int64 {
      try await phone.books(of: group).loans.first { $0.id == loan }?.outstanding.rawValue ?? -1
    }
  }

  private static func parts(_ set: RecordedSet) -> [String: Int64] {
    Dictionary(set.payments.flatMap(\.parts).map { ("\($0.kind)", $0.amount.rawValue / 100) }) { $0 + $1 }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a payment goes to penalty, interest and principal, the overdue ones first`() async throws {
    let bench = try await Bench()
    let lender = try await Lender(bench)
    // Due on day 28: 300 and 11 interest (1,200 x 12 % x 28/365, to the rupee).
    let first = try await lender.pay(311, after: 28)
    #expect(Self.parts(first) == ["currentInterest": 11, "currentPrincipal": 300])
    #expect(first.provisional == .allAccepted)
    // Nothing is paid on day 56 (300 and 8), and on day 84 (300 and 6) there are 20 of penalty.
    let second = try await lender.pay(400, penalty: 20, after: 84)
    #expect(
      Self.parts(second)
        == [
          "penalty": 20, "overdueInterest": 8, "currentInterest": 6, "overduePrincipal": 300,
          "currentPrincipal": 66,
        ])
    #expect(try await lender.owed() == 534_00)
    try await lender.phone.expectDone()
    #expect(try await lender.phone.status().setAside.isEmpty)
    #expect(try await lender.owed() == 534_00, "the server has the same lines")
    #expect(try bench.findings() == [])
    await bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a group that takes principal first has it so`() async throws {
    let order = try #require(
      AllocationOrder([
        .overduePrincipal, .currentPrincipal, .overdueInterest, .currentInterest, .penalty, .prepayment,
      ]))
    let bench = try await Bench()
    let lender = try await Lender(bench, order)
    let set = try await lender.pay(305, penalty: 20, after: 28)
    #expect(Self.parts(set) == ["currentPrincipal": 300, "currentInterest": 5])
    #expect(try await lender.owed() == 900_00)
    await bench.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `what cannot be set against a loan is said when it is typed`() async throws {
    let bench = try await Bench()
    let lender = try await Lender(bench)
    let (group, loan) = (lender.group, lender.loan)
    func refusal(_ payments: [LoanPayment]) async throws -> DeviceError? {
      try await lender.phone.with { store, now in
        do {
          _ = try store.recordMeeting(
            MeetingDraft(day: Lender.day.advanced(by: 28), payments: payments), of: group, at: now)
          return nil
        } catch let error as DeviceError {
          return error
        }
      }
    }
    let one = LoanPayment(loan: loan, amount: Paise(100))
    #expect(try await refusal([one, one]) == .loanPaidTwice(loan))
    #expect(try await refusal([.init(loan: group, amount: Paise(100))]) == .loanNotRepayable(group))
    #expect(try await refusal([.init(loan: loan, amount: .zero)]) == .amountNotPayable(.zero))
    let before = try await lender.phone.status().unsent
    #expect(before == 3, "nothing was written")
    await bench.end()
  }
}
