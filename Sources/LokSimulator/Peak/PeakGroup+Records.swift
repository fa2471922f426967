import LokBooks
import LokWire

extension PeakGroup {
  /// The smallest set there is: one more member joins.
  func writeMember(of phone: inout PeakPhone, at now: Timestamp) throws {
    var writer = Writer(phone, now)
    writer.new(
      .member,
      [(MemberField.joinedDay, .integer(Int64(day.number) - 1)), (MemberField.socialCategory, .integer(1))])
    try phone.write(writer.set(.records, cbo))
  }

  /// Fields that two phones may write in an edit, each by the later writer.
  static let editedFields: [UInt32] = [
    MemberField.socialCategory, MemberField.religion, MemberField.education,
  ]

  /// Every member's profile, `editedFields` of each.
  /// - Parameter base: what the writer had seen of the block.
  func writeProfiles(of phone: inout PeakPhone, value: Int64, base: Seq, at now: Timestamp) throws {
    var writer = Writer(phone, now)
    for member in members {
      writer.edit(.member, member, Self.editedFields.map { ($0, .integer(value)) })
    }
    try phone.write(writer.set(.records, cbo, base: base))
  }
}
