package import LokBooks

/// Money as people write it: rupees with two places and Indian grouping, ₹1,00,000.00.
package enum Rupees {
  /// `₹12,34,567.80`; a negative amount has its sign before the symbol.
  package static func text(_ amount: Paise) -> String {
    let (rupees, paise) = amount.rawValue.magnitude.quotientAndRemainder(dividingBy: 100)
    let sign = amount < .zero ? "-" : ""
    return "\(sign)₹\(grouped(rupees)).\(paise < 10 ? "0" : "")\(paise)"
  }

  /// A whole number with a comma before the last three digits and before each two above them.
  package static func grouped(_ number: UInt64) -> String {
    let digits = Array(String(number))
    guard digits.count > 3 else { return String(digits) }
    var groups = [String(digits.suffix(3))]
    var rest = digits.dropLast(3)
    while !rest.isEmpty {
      groups.insert(String(rest.suffix(2)), at: 0)
      rest = rest.dropLast(2)
    }
    return groups.joined(separator: ",")
  }

  /// Reads `1250`, `1,250.50`, `₹ 1250.5` or `१२५०`; nil for anything else, for a sign, for more than two
  /// places and for what does not fit 64 bits. Commas count as ornament before the point only.
  package static func amount(from text: String) -> Paise? {
    var rest = Substring(text.filter { !$0.isWhitespace })
    if rest.first == "₹" { rest.removeFirst() }
    let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let rupees = digits(first.filter { $0 != "," }), !rupees.isEmpty else {
      return nil
    }
    var places = ""
    if parts.count == 2 {
      guard let written = digits(parts[1]), (1...2).contains(written.count) else { return nil }
      places = written
    }
    places += String(repeating: "0", count: 2 - places.count)
    return Int64(rupees + places).map { Paise($0) }
  }

  /// ASCII digits for ASCII or Devanagari ones; nil where another character stands among them.
  private static func digits(_ text: some StringProtocol) -> String? {
    var ascii = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x30...0x39: ascii.unicodeScalars.append(scalar)
      case 0x966...0x96F: ascii += String(scalar.value - 0x966)
      default: return nil
      }
    }
    return ascii
  }
}
