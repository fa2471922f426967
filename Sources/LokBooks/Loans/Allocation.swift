/// What a payment on a loan can be for. Values are stored in group policies: none is ever reused.
package enum DueKind: Int64, CaseIterable, Sendable {
  case penalty = 1
  case overdueInterest = 2
  case currentInterest = 3
  case overduePrincipal = 4
  case currentPrincipal = 5
  case prepayment = 6
}

/// The order in which a payment is set against what is due: each kind once. A group's policy.
package struct AllocationOrder: Hashable, Sendable {
  package let kinds: [DueKind]

  /// Nil where a kind is missing or named twice.
  package init?(_ kinds: [DueKind]) {
    guard kinds.count == DueKind.allCases.count, Set(kinds).count == kinds.count else { return nil }
    self.kinds = kinds
  }

  /// From `codes`, as they are stored; nil also for a code of no kind.
  package init?(codes: [Int64]) {
    let kinds = codes.compactMap { DueKind(rawValue: $0) }
    guard kinds.count == codes.count else { return nil }
    self.init(kinds)
  }

  private init(each kinds: [DueKind]) { self.kinds = kinds }

  package var codes: [Int64] { kinds.map(\.rawValue) }

  /// As a group's settings keep it (`Cbo.allocation_order`): a byte each.
  package var bytes: [UInt8] { kinds.map { UInt8(truncatingIfNeeded: $0.rawValue) } }
  package init?(bytes: [UInt8]) { self.init(codes: bytes.map { Int64($0) }) }

  /// Penalty, overdue interest, current interest, overdue principal, current principal, prepayment.
  /// Source: domain notes 2.3.
  package static let standard = AllocationOrder(each: DueKind.allCases)
}

/// A payment's share for one kind of due.
package struct AllocatedPart: Hashable, Sendable {
  package let kind: DueKind
  package let amount: Paise
  package init(_ kind: DueKind, _ amount: Paise) {
    self.kind = kind
    self.amount = amount
  }
}

/// Sets `payment` against `dues` in `order`: parts above zero, in that order, that sum to the payment
/// exactly. A due below zero counts as none.
///
/// The due of `.prepayment` is the principal that is not due yet: it bounds what an order with prepayment
/// before the end may take. What is paid beyond all dues is prepayment too; that it exceeds the loan is
/// then found by the rule on repayments above the outstanding. Nil for a payment below zero.
package func allocate(
  _ payment: Paise, over dues: [DueKind: Paise], order: AllocationOrder = .standard
) -> [AllocatedPart]? {
  guard payment >= .zero else { return nil }
  var rest = payment.rawValue
  var shares: [DueKind: Int64] = [:]
  for kind in order.kinds {
    let share = min(rest, max(0, dues[kind]?.rawValue ?? 0))
    shares[kind] = share
    rest -= share
  }
  // Cannot overflow: the shares and the rest are parts of one payment.
  shares[.prepayment, default: 0] += rest
  return order.kinds.compactMap { kind in
    guard let share = shares[kind], share > 0 else { return nil }
    return AllocatedPart(kind, Paise(share))
  }
}
