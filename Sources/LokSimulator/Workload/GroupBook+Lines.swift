/// What stands in every meeting: savings, penalties, vouchers, the way to the bank.
extension GroupBook {
  mutating func saveAndPay(absent: [Int], by generator: inout SeededGenerator) {
    for member in active {
      if generator.happens(inTenThousand: Troubles.paysCompulsorySaving) {
        save(1, settings.savingPaise[0], member)
      }
      for kind in [2, 3] where settings.savingPaise[kind - 1] > 0 && generator.below(2) == 0 {
        save(kind, settings.savingPaise[kind - 1], member)
      }
      if generator.happens(inTenThousand: 800) {
        save(4, max(settings.savingPaise[3], Int64(generator.among(1...20)) * 10_00), member)
      }
      if generator.happens(inTenThousand: 280) {
        if generator.below(8) == 0 {
          write(MoneyDeed(kind: 14, paise: Int64(generator.among(1...4)) * 5_00, member: member))
        } else {
          let penalty = absent.contains(member) ? settings.absencePenaltyPaise : settings.latePenaltyPaise
          write(MoneyDeed(kind: 13, paise: penalty, member: member))
        }
      }
    }
  }

  private mutating func save(_ kind: Int, _ paise: Int64, _ member: Int) {
    guard write(MoneyDeed(kind: Int64(kind), paise: paise, member: member)) else { return }
    savings[member, default: [0, 0, 0, 0]][kind - 1] += paise
  }

  /// What a young group begins with: revolving fund, and for most the community investment fund.
  mutating func receiveFunds(by generator: inout SeededGenerator) {
    write(MoneyDeed(kind: 105, paise: Int64(generator.among(10...30)) * 1_000_00))
    sources.append(2)
    if generator.below(10) < 7 {
      write(MoneyDeed(kind: 104, paise: Int64(generator.among(5...15)) * 10_000_00))
      sources.append(3)
    }
  }

  mutating func groupVouchers(by generator: inout SeededGenerator) {
    for _ in 0..<generator.among(0...3) {
      let paise = Int64(generator.among(2...20)) * 10_00
      let kind: Int64 =
        switch generator.below(20) {
        case ..<5: 207
        case 5: 208
        case 6, 7: 209
        case 8: 210
        case 9, 10: 211
        case 11: 212
        case 12: 213
        case 13: 215
        case 14: 216
        case 15: sources.contains(3) ? 204 : 207
        case 16: 206
        case 17: 109
        case 18: 112
        default: 113
        }
      write(MoneyDeed(kind: kind, paise: paise))
    }
  }

  mutating func carryToBank(by generator: inout SeededGenerator) {
    guard cash > 500_00, generator.below(10) < 6 else { return }
    let paise = (cash - Int64(generator.among(1...5)) * 100_00) / 100_00 * 100_00
    write(MoneyDeed(kind: 400, paise: paise))
  }

  /// Fetches from the bank, in full hundreds of rupees, what the box lacks for a payment.
  mutating func fetch(for paise: Int64) -> Bool {
    guard paise > cash else { return true }
    return write(MoneyDeed(kind: 401, paise: (paise - cash + 99_99) / 100_00 * 100_00))
  }
}
