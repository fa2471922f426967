/// Invented names of persons and groups by region, in Latin letters or in the region's own script; no real
/// person's.
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
    person("given_female", in: state, script: \.women, by: &generator)
  }

  package func man(in state: UInt32, by generator: inout SeededGenerator) -> String {
    person("given_male", in: state, script: \.men, by: &generator)
  }

  /// A third of all groups have a name in the script of the region.
  package func group(in state: UInt32, by generator: inout SeededGenerator) -> String {
    let latin = "\(any("shg_name_stem", by: &generator)) SHG"
    guard generator.below(3) == 0, let script = ScriptNames.of(state: state) else { return latin }
    return generator.pick(script.groups) ?? latin
  }

  /// A village's: Latin, as in the directory of villages.
  func village(in state: UInt32, by generator: inout SeededGenerator) -> String {
    let surname = generator.pick(names(in: state)["surname"] ?? []) ?? "Naya"
    return "\(surname)pur"
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

  /// A third of all persons have a name in the script of the region, kept as it was typed.
  private func person(
    _ given: String, in state: UInt32, script: KeyPath<ScriptNames, [String]>,
    by generator: inout SeededGenerator
  ) -> String {
    if generator.below(3) == 0, let names = ScriptNames.of(state: state),
      let first = generator.pick(names[keyPath: script]), let surname = generator.pick(names.surnames)
    {
      return "\(first) \(surname)"
    }
    let names = names(in: state)
    let first = generator.pick(names[given] ?? []) ?? "Sunita"
    return "\(first) \(generator.pick(names["surname"] ?? []) ?? "Devi")"
  }

  private func names(in state: UInt32) -> [String: [String]] {
    byRegion[Self.region(of: state)] ?? byRegion["hindi_belt"] ?? [:]
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
