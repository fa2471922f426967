/// Digits as people type them: each of India's scripts has its own ten, in a row from zero.
package enum Digits {
  /// Digits of India's scripts become ASCII ones, everything else stays.
  package static func ascii(_ text: String) -> String {
    var ascii = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      ascii.append(value(of: scalar).map { Unicode.Scalar(UInt8(0x30 + $0.digit)) } ?? scalar)
    }
    return String(ascii)
  }

  /// The ASCII digits of a text that is all digits, nil where another character stands among them or where
  /// two scripts are mixed: ৪ is a Bengali four that reads as an ASCII 8, so among others' digits nobody can
  /// tell what was meant. ASCII goes with any one script.
  package static func only(_ text: some StringProtocol) -> String? {
    var ascii = ""
    var script: UInt32?
    for scalar in text.unicodeScalars {
      guard let (digit, zero) = value(of: scalar) else { return nil }
      if zero != asciiZero {
        guard script == nil || script == zero else { return nil }
        script = zero
      }
      ascii += String(digit)
    }
    return ascii
  }

  private static let asciiZero: UInt32 = 0x30

  /// Source: Unicode, UnicodeData.txt, category Nd. Devanagari, Bengali and Assamese, Gurmukhi, Gujarati,
  /// Odia, Tamil, Telugu, Kannada, Malayalam, Ol Chiki, Meetei Mayek.
  private static let zeros: [UInt32] = [
    asciiZero, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0x1C50, 0xABF0,
  ]

  private static func value(of scalar: Unicode.Scalar) -> (digit: UInt32, zero: UInt32)? {
    zeros.first { ($0..<$0 + 10).contains(scalar.value) }.map { (scalar.value - $0, $0) }
  }
}
