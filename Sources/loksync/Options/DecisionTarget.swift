import ArgumentParser
package import LokBooks

/// What a checker decides about, as `loksync device pending` lists it: a set (`900001@12`, `12.3`), or the
/// profile of a group, member or bank account (`1-2`).
package enum DecisionTarget: ExpressibleByArgument, Hashable, Sendable {
  case set(SetReference)
  case profile(RecordID)

  package init?(argument: String) {
    if let set = SetReference(argument: argument) {
      self = .set(set)
    } else if let record = RecordID(argument: argument) {
      self = .profile(record)
    } else {
      return nil
    }
  }
}
