import ArgumentParser
import LokBooks
package import LokWire
import LokText

/// What a device may see and write: `block`, or groups by their ids with all that is below them, as in
/// `shg:12-3,vo:12-1`. The tier before an id is for the reader; the id alone counts.
package struct GrantList: ExpressibleByArgument, Hashable, Sendable {
  package var grants: [Grant]

  package init(_ grants: [Grant]) { self.grants = grants }

  package init?(argument: String) {
    var grants: [Grant] = []
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let grant = Self.grant(word), !grants.contains(grant) else { return nil }
      grants.append(grant)
    }
    guard !grants.isEmpty else { return nil }
    self.grants = grants
  }

  private static func grant(_ word: Substring) -> Grant? {
    if word.lowercased() == "block" { return .block }
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, ["shg", "vo", "clf"].contains(parts[0].lowercased()),
      let id = RecordID(text: Digits.ascii(String(parts[1]))), id != .blockBook
    else { return nil }
    return .cbo(id)
  }
}
