import LokBooks
import LokWire

/// What may be typed, checked while the words can still be mended.
enum TextRules {
  /// - Throws: `DeviceError.containsAadhaar`, `.textNotStorable`.
  static func check(_ text: String?, _ field: String) throws(DeviceError) {
    guard let text else { return }
    guard !text.unicodeScalars.contains("\0") else { throw .textNotStorable(field: field) }
    guard !AadhaarScan.finds(in: text) else { throw .containsAadhaar(field: field) }
  }

  static func check(_ patch: Patch, of entity: Entity) throws(DeviceError) {
    for field in patch.fields {
      guard case .text(let text) = field.value else { continue }
      try check(text, name(of: field.number, in: entity))
    }
  }

  static func check(_ identity: MemberIdentity) throws(DeviceError) {
    try check(identity.name, "name")
    try check(identity.guardian, "guardian")
  }

  static func check(_ contact: MemberContact) throws(DeviceError) {
    try check(contact.address, "address")
    guard let phone = contact.phone else { return }
    let digits = Array(phone.utf8)
    guard digits.count == 10, digits.allSatisfy(isDigit), digits[0] >= UInt8(ascii: "6") else {
      throw .phoneFormat
    }
  }

  /// Typed numbers are not scanned: one random twelve-digit account in twelve would pass for an Aadhaar.
  static func check(_ bank: MemberBank) throws(DeviceError) {
    if let account = bank.account {
      guard (9...18).contains(account.utf8.count), account.utf8.allSatisfy(isDigit) else {
        throw .accountFormat
      }
    }
    if let ifsc = bank.ifsc {
      let letters = Array(ifsc.utf8)
      guard letters.count == 11, letters[..<4].allSatisfy(isCapital), letters[4] == UInt8(ascii: "0"),
        letters[5...].allSatisfy({ isCapital($0) || isDigit($0) })
      else { throw .ifscFormat }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

  private static func name(of field: UInt32, in entity: Entity) -> String {
    switch (entity, field) {
    case (.village, VillageField.gramPanchayat): "gram panchayat"
    case (.village, _), (.cbo, _): "name"
    case (.loan, _): "purpose"
    case (.entry, _), (.decision, _): "remark"
    default: "text"
    }
  }
}
