package import LokBooks

extension Day {
  /// `2026-11-25` in English, as it is typed; `25 नवंबर 2026` in Hindi.
  package func text(in language: Language) -> String {
    switch language {
    case .english: return description
    case .hindi:
      let (year, month, day) = civil
      return "\(day) \(Self.monthsHindi[month - 1]) \(year)"
    }
  }

  /// Source: Unicode CLDR, hi, months of the Gregorian calendar.
  private static let monthsHindi = [
    "जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई",
    "अगस्त", "सितंबर", "अक्तूबर", "नवंबर", "दिसंबर",
  ]
}
