/// The code of a group or member on cards and registers, given when a checker approves her profile:
/// `6341-G00012-3` for a group, `6341-M00087-4` for a member. The last digit finds every single wrong digit,
/// every two neighbours swapped, and a G taken for an M.
package struct PrintedCode: Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Character, Sendable {
    case group = "G"
    case member = "M"

    /// Stands for the letter where the check digit is reckoned.
    fileprivate var digit: Int { self == .group ? 1 : 2 }
  }

  package let block: BlockCode
  package let kind: Kind
  /// From 1, without a gap, each kind by itself in its block.
  package let serial: UInt32

  package init(block: BlockCode, kind: Kind, serial: UInt32) {
    self.block = block
    self.kind = kind
    self.serial = serial
  }

  /// Nil for another shape, and where the check digit does not fit.
  package init?(text: String) {
    let parts = text.uppercased().split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let block = UInt32(parts[0]), let letter = parts[1].first,
      let kind = Kind(rawValue: letter), let serial = UInt32(parts[1].dropFirst()),
      parts[1].dropFirst().allSatisfy(\.isNumber), let check = Int(parts[2])
    else { return nil }
    self.init(block: BlockCode(block), kind: kind, serial: serial)
    guard serial > 0, check == checkDigit else { return nil }
  }

  package var description: String { "\(block)-\(kind.rawValue)\(padded)-\(checkDigit)" }

  private var padded: String {
    let digits = String(serial)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// Damm's check digit over block, kind and serial. Source: H. M. Damm, "Total anti-symmetrische
  /// Quasigruppen", Marburg 2004, the table of order 10.
  package var checkDigit: Int {
    let digits = "\(block)\(kind.digit)\(padded)".compactMap(\.wholeNumberValue)
    return digits.reduce(0) { Self.quasigroup[$0][$1] }
  }

  private static let quasigroup: [[Int]] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
  ]
}
