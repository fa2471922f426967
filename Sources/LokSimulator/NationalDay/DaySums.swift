/// What a phone wrote, or a shard holds.
package struct DaySums: Hashable, Codable, Sendable {
  package var sets: Int
  package var changes: Int
  package var paise: Int64

  package init(sets: Int = 0, changes: Int = 0, paise: Int64 = 0) {
    self.sets = sets
    self.changes = changes
    self.paise = paise
  }

  package static func + (one: DaySums, other: DaySums) -> DaySums {
    DaySums(
      sets: one.sets + other.sets, changes: one.changes + other.changes, paise: one.paise + other.paise)
  }
}
