// What is written about a member that identifies nobody. Values are those of the enums in
// Proto/lokos/v1/records.proto. Source: domain notes 1.3, 4.3.

package enum SocialCategory: Int64, CaseIterable, Sendable {
  case sc = 1
  case st = 2
  case obc = 3
  case general = 4
}

package enum Religion: Int64, CaseIterable, Sendable {
  case hindu = 1
  case muslim = 2
  case christian = 3
  case sikh = 4
  case buddhist = 5
  case jain = 6
  case parsi = 7
  case other = 8
}

package enum EconomicCategory: Int64, CaseIterable, Sendable {
  /// Above the poverty line.
  case apl = 1
  case bpl = 2
}

/// By participatory identification of the poor.
package enum PovertyRank: Int64, CaseIterable, Sendable {
  case rich = 1
  case medium = 2
  case poor = 3
  case poorest = 4
}

package enum Disability: Int64, CaseIterable, Sendable {
  case none = 1
  /// Her own.
  case own = 2
  case family = 3
}

package enum Education: Int64, CaseIterable, Sendable {
  case none = 1
  case primary = 2
  case middle = 3
  case secondary = 4
  case higherSecondary = 5
  case graduate = 6
}

package enum LeavingReason: Int64, CaseIterable, Sendable {
  case ownWish = 1
  case moved = 2
  case death = 3
  case expelled = 4
  case otherGroup = 5
}

/// Her insurances: `Member.insurances` is a set of these bits.
package enum Insurance: Int64, CaseIterable, Sendable {
  case pmjjby = 1
  case pmsby = 2
  case lic = 4
  case health = 8
}
