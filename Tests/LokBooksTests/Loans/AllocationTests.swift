import LokBooks
import LokTestSupport
import Testing

struct AllocationTests {
  private let dues: [DueKind: Paise] = [
    .penalty: Paise(10), .overdueInterest: Paise(20), .currentInterest: Paise(30),
    .overduePrincipal: Paise(40), .currentPrincipal: Paise(50), .prepayment: Paise(60),
  ]

  @Test func `the standard order pays penalty and interest before principal`() {
    #expect(
      allocate(Paise(75), over: dues) == [
        AllocatedPart(.penalty, Paise(10)), AllocatedPart(.overdueInterest, Paise(20)),
        AllocatedPart(.currentInterest, Paise(30)), AllocatedPart(.overduePrincipal, Paise(15)),
      ])
  }

  @Test func `what is left over is prepayment`() {
    #expect(allocate(Paise(500), over: dues)?.last == AllocatedPart(.prepayment, Paise(350)))
  }

  @Test func `an order is stored as small numbers, each kind once`() throws {
    let order = try #require(AllocationOrder(codes: [4, 5, 1, 2, 3, 6]))
    #expect(order.codes == [4, 5, 1, 2, 3, 6])
    #expect(
      allocate(Paise(45), over: dues, order: order)?.map(\.kind) == [.overduePrincipal, .currentPrincipal])
    #expect(AllocationOrder.standard.codes == [1, 2, 3, 4, 5, 6])
    for codes in [[], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 5], [1, 2, 3, 4, 5, 7]] as [[Int64]] {
      #expect(AllocationOrder(codes: codes) == nil)
    }
  }

  @Test func `a payment below zero is none, and parts always sum to the payment`() {
    #expect(allocate(Paise(-1), over: dues) == nil)
    var random = SeededGenerator(seed: 3)
    for _ in 0..<500 {
      let payment = Paise(Int64(random.number(upTo: UInt64(Int64.max))))
      let dues = Dictionary(
        uniqueKeysWithValues: DueKind.allCases.map {
          ($0, Paise(Int64(bitPattern: random.number(upTo: .max))))
        })
      let order = AllocationOrder(DueKind.allCases.shuffled(using: &random)) ?? .standard
      let parts = allocate(payment, over: dues, order: order) ?? []
      #expect(parts.reduce(0) { $0 + $1.amount.rawValue } == payment.rawValue, "seed \(random.seed)")
    }
  }
}
