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

  /// Reads `1250`, `1,250.50`, `₹ 1250.5`, `१,२५०.५०` or `১২৫০`; nil for anything else, for a sign, for more
  /// than two places, for digits of two Indian scripts and for what does not fit 64 bits. Commas count as
  /// ornament before the point only.
  package static func amount(from text: String) -> Paise? {
    var rest = Substring(text.filter { !$0.isWhitespace })
    if rest.first == "₹" { rest.removeFirst() }
    let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first else { return nil }
    let rupees = first.filter { $0 != "," }
    let places = parts.count == 2 ? String(parts[1]) : "00"
    // Looked at together, so that one amount is in one script.
    guard !rupees.isEmpty, let digits = Digits.only(rupees + places) else { return nil }
    let placesCount = places.unicodeScalars.count
    guard (1...2).contains(placesCount) else { return nil }
    return Int64(digits + (placesCount == 1 ? "0" : "")).map { Paise($0) }
  }
}
