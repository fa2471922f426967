package import ArgumentParser
import LokBooks
import LokWire

package struct VersionCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Versions of the program, its protocol, schema and rules.")

  package static let current = "0.1.0"

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func run() throws {
    let versions: [(String, String)] = [
      ("loksync", Self.current), ("protocol", "\(WireLimits.protocolVersion)"),
      ("schema", "\(WireLimits.schemaVersion)"), ("rules", "\(RulesVersion.current.rawValue)"),
    ]
    if output.json {
      try printJSON(Dictionary(uniqueKeysWithValues: versions))
    } else {
      var facts = FactSheet()
      for (name, version) in versions { facts.append(name, version) }
      print(facts.text)
    }
  }
}
