/// Invented names of persons and groups by region; no real person's.
package struct Names: Sendable {
  private let byRegion: [String: [String: [String]]]

  /// - Parameter path: a file with the columns region, kind, name.
  package init(path: String) throws {
    let table = try CommaSeparated(contentsOf: path)
    var found: [String: [String: [String]]] = [:]
    for fields in try table.values("region", "kind", "name", in: path) {
      found[fields[0], default: [:]][fields[1], default: []].append(fields[2])
    }
    guard found["any"]?["shg_name_stem"]?.isEmpty == false else { throw SimulationError.noNames(path: path) }
    byRegion = found
  }

  package func woman(in state: UInt32, by generator: inout SeededGenerator) -> String {
    person("given_female", in: state, by: &generator)
  }

  package func man(in state: UInt32, by generator: inout SeededGenerator) -> String {
    person("given_male", in: state, by: &generator)
  }

  package func group(by generator: inout SeededGenerator) -> String {
    "\(any("shg_name_stem", by: &generator)) SHG"
  }

  package func villageOrganisation(by generator: inout SeededGenerator) -> String {
    "\(any("shg_name_stem", by: &generator)) \(any("vo_suffix", by: &generator))"
  }

  package func federation(by generator: inout SeededGenerator) -> String {
    "\(any("shg_name_stem", by: &generator)) \(any("clf_suffix", by: &generator))"
  }

  private func any(_ kind: String, by generator: inout SeededGenerator) -> String {
    generator.pick(byRegion["any"]?[kind] ?? []) ?? "Pragati"
  }

  private func person(_ given: String, in state: UInt32, by generator: inout SeededGenerator) -> String {
    let names = byRegion[Self.region(of: state)] ?? byRegion["hindi_belt"] ?? [:]
    let first = generator.pick(names[given] ?? []) ?? "Sunita"
    return "\(first) \(generator.pick(names["surname"] ?? []) ?? "Devi")"
  }

  /// By LGD state code.
  private static func region(of state: UInt32) -> String {
    switch state {
    case 1, 3, 37: "punjab_jk"
    case 10, 20: "bihar_jharkhand"
    case 11...17: "northeast"
    case 18, 19, 21: "bengal_odisha_assam"
    case 23, 24, 27, 30, 38: "maharashtra_gujarat_mp"
    case 28, 29, 31...36: "south"
    default: "hindi_belt"
    }
  }
}
