/// A checker's word about profiles of one group, in one set: the group's own, members', the bank account's.
package struct ProfileDeed: Codable, Hashable, Sendable {
  package enum Word: String, Codable, CaseIterable, Sendable {
    case approve
    case reject
  }
  package var group: Int
  package var word: Word
  package var isOfGroup: Bool
  package var members: [Int]
  package var isOfAccount: Bool
  /// The reason, as typed.
  package var remark: String?
}
