import LokBooks

/// What a phone lets a session cost it down. Verdicts and receipts always go, and so do Hello's reply and
/// what is new of the scope; books, sets and their keys go as far as this does.
extension Method {
  /// Its frames down are within the budget.
  package var isBudgeted: Bool {
    switch self {
    case .hello, .register, .upload, .operate, .carry: false
    default: true
    }
  }
}

extension CallTraffic {
  /// What a budget was spent on.
  package var budgetedBytesDown: Int {
    rows.filter { $0.method?.isBudgeted == true }.reduce(0) { $0 + $1.sums.bytesDown }
  }
}

/// What a budget has left at the server: arguments of BUDGET_SPENT.
package struct HeldBack: Hashable, Sendable {
  package var sets: Int
  /// That they are of.
  package var cbos: Int

  package init(sets: Int = 0, cbos: Int = 0) {
    self.sets = sets
    self.cbos = cbos
  }

  package init(_ status: Status) {
    let counts = status.arguments.map { Int(clamping: max(0, $0)) }
    self.init(sets: counts.first ?? 0, cbos: counts.dropFirst().first ?? 0)
  }

  package var status: Status {
    Status(.resourceExhausted, .budgetSpent, next: .showPerson, arguments: [Int64(sets), Int64(cbos)])
  }
}
