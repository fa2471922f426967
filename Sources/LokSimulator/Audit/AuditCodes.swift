/// Printed codes as the auditor writes them: block, letter, five digits at least, and a check digit.
enum AuditCodes {
  static func text(block: UInt32, letter: Character, serial: Int64) -> String {
    let digits = String(serial)
    let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    let checked = "\(block)\(letter == "G" ? 1 : 2)\(padded)"
    return "\(block)-\(letter)\(padded)-\(check(checked))"
  }

  /// A row of Damm's table of order 10 for each digit so far; its place in the row is the next digit.
  private static func check(_ digits: String) -> Character {
    var state: Character = "0"
    for digit in digits {
      let row = rows[state.wholeNumberValue ?? 0]
      state = row[row.index(row.startIndex, offsetBy: digit.wholeNumberValue ?? 0)]
    }
    return state
  }

  private static let rows = [
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134",
    "8945362017", "9438617205", "2581436790",
  ]
}
