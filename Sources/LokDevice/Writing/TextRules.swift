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
      let name = name(of: field.number, in: entity)
      guard !text.unicodeScalars.contains("\0") else { throw .textNotStorable(field: name) }
      guard !AadhaarScan.finds(in: field, of: entity) else { throw .containsAadhaar(field: name) }
    }
  }

  static func check(_ identity: MemberIdentity) throws(DeviceError) {
    try check(identity.name, "name")
    try check(identity.guardian, "guardian")
  }

  static func check(_ contact: MemberContact) throws(DeviceError) {
    try check(contact.address, "address")
    guard let phone = contact.phone else { return }
    guard Formats.isMobile(phone) else { throw .phoneFormat }
  }

  static func check(_ nominee: MemberNominee) throws(DeviceError) {
    try check(nominee.name, "nominee")
    try check(nominee.relation, "relation")
  }

  /// Typed numbers are not scanned: one random twelve-digit account in twelve would pass for an Aadhaar.
  static func check(_ bank: MemberBank) throws(DeviceError) {
    if let account = bank.account, !Formats.isAccountNumber(account) { throw .accountFormat }
    if let ifsc = bank.ifsc, !Formats.isIFSC(ifsc) { throw .ifscFormat }
  }

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
