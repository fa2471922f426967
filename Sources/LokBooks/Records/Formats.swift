/// Formats of typed numbers, the same on phone and server. Source: domain notes 4.3.
package enum Formats {
  /// Four capitals, a zero, six capitals or digits.
  package static func isIFSC(_ text: String) -> Bool {
    let letters = Array(text.utf8)
    return letters.count == 11 && letters[..<4].allSatisfy(isCapital) && letters[4] == UInt8(ascii: "0")
      && letters[5...].allSatisfy { isCapital($0) || isDigit($0) }
  }

  /// Nine to eighteen digits; leading zeros count.
  package static func isAccountNumber(_ text: String) -> Bool {
    (9...18).contains(text.utf8.count) && text.utf8.allSatisfy(isDigit)
  }

  /// Ten digits, the first 6 to 9.
  package static func isMobile(_ text: String) -> Bool {
    let digits = Array(text.utf8)
    return digits.count == 10 && digits.allSatisfy(isDigit) && digits[0] >= UInt8(ascii: "6")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
}
