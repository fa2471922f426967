extension MemberPassbook {
  package var table: BookTable {
    BookTable(
      .passbookTitle,
      [
        .init(.day, .day), .init(.meeting, .number), .init(.particulars, .text), .init(.remark, .text),
        .init(.mark, .text), .init(.compulsory, .money), .init(.food, .money), .init(.health, .money),
        .init(.optional, .money), .init(.savingsBalance, .money), .init(.loan, .text),
        .init(.loanGiven, .money), .init(.loanRepaid, .money), .init(.interest, .money),
        .init(.other, .money), .init(.loanBalance, .money),
      ],
      [.init(.opening, Self.cells(.opening, opening))] + lines.map(\.row)
        + [.init(.closing, Self.cells(.closing, closing))] + penaltyRows)
  }

  /// Demanded with what was open from before; each in the column in which her penalties stand.
  private var penaltyRows: [BookTable.Row] {
    guard let penalty else { return [] }
    let amounts: [(BookText, BookTable.Cell)] = [
      (.penaltyDemanded, penalty.demand.map { .paise($0) } ?? .empty),
      (.penaltyCollected, .paise(penalty.collected)), (.penaltyUnpaid, .paise(penalty.balance)),
    ]
    return amounts.map { label, amount in
      .init(.closing, [.empty, .empty, .label(label)] + .empty(11) + [amount, .empty])
    }
  }

  private static func cells(_ label: BookText, _ balances: Balances) -> [BookTable.Cell] {
    let savings = balances.savings
    return [
      .empty, .empty, .label(label), .empty, .empty, .paise(savings.compulsory), .paise(savings.food),
      .paise(savings.health), .paise(savings.optional), .paise(savings.total),
    ] + .empty(5) + [.paise(balances.outstanding)]
  }
}

extension MemberPassbook.Line {
  fileprivate var row: BookTable.Row {
    .init(
      .line,
      [
        .day(entry.day), .number(Int64(entry.meetingNumber)), .kind(entry.kind), .text(entry.remark),
        .mark(.unapprovedMark, if: !isApproved),
      ] + savingCells + [.paise(savings.total), .record(entry.loan)] + loanCells + [.paise(outstanding)])
  }

  /// One column for each type, in the order of the registers' codes 1 to 4.
  private var savingCells: [BookTable.Cell] {
    let types: [Account] = [.savingsCompulsory, .savingsFood, .savingsHealth, .savingsOptional]
    return types.map { type in
      if case .saving(type, let change) = movement { .paise(change) } else { .empty }
    }
  }

  private var loanCells: [BookTable.Cell] {
    switch movement {
    case .saving: .empty(4)
    case .loanGiven(let amount): [.paise(amount), .empty, .empty, .empty]
    case .loanRepaid(let amount): [.empty, .paise(amount), .empty, .empty]
    case .loanInterest(let amount): [.empty, .empty, .paise(amount), .empty]
    case .other(let amount): [.empty, .empty, .empty, .paise(amount)]
    }
  }
}
