import Testing

/// Dependencies point one way, and each foreign library is met in few places. `Package.swift` says what may
/// be linked; this says who may import it.
@Suite struct ImportTests {
  /// The journey of a change-set: a module may import those before it, where the package links them.
  private static let modules = [
    "LokBooks", "LokText", "LokWire", "LokTransport", "LokSQLite", "LokIntake", "LokMerge", "LokShard",
    "LokServer", "LokDevice", "LokSimulator", "loksync",
  ]

  /// Library, or the beginning of its name, and who alone may import it.
  private static let reserved: [(library: String, importers: Set<String>)] = [
    ("CLokProto", ["LokWire"]),
    ("CSQLite", ["LokSQLite"]),
    ("GRDB", ["LokShard", "LokSimulator"]),
    ("NIOPosix", ["LokTransport"]),
    ("NIOSSL", ["LokTransport"]),
    // Devices and simulated phones name the threads that connections run on, nothing more.
    ("NIOCore", ["LokTransport", "LokServer", "LokDevice", "LokSimulator"]),
    ("NIO", ["LokTransport", "LokServer", "LokDevice", "LokSimulator"]),
    ("X509", ["LokServer"]),
    ("ArgumentParser", ["loksync"]),
    ("ServiceLifecycle", ["LokServer", "loksync"]),
    ("Histogram", ["LokSimulator"]),
  ]

  /// Pure: no clock, no files, no randomness, no threads.
  private static let pure: Set = ["LokBooks", "LokText", "LokMerge"]
  private static let impure: Set = [
    "Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Synchronization",
  ]

  private struct Import: CustomStringConvertible {
    let file: SourceFile
    let line: Int
    let name: String
    var description: String { "\(file):\(line) imports \(name)" }
  }

  private static let imports: [Import] = SourceFile.all.filter { !$0.isTest }.flatMap { file in
    file.code.enumerated().compactMap { index, line in
      guard
        let match = line.firstMatch(of: #/^(?:(?:package|internal|public|@preconcurrency) )*import (\w+)/#)
      else { return nil }
      return Import(file: file, line: index + 1, name: String(match.1))
    }
  }

  @Test func `imports are found`() {
    #expect(Self.imports.count > 100)
  }

  @Test func `a module imports only what comes before it`() {
    expectNone(
      Self.imports.filter { found in
        guard let imported = Self.modules.firstIndex(of: found.name) else { return false }
        guard let importer = Self.modules.firstIndex(of: found.file.module) else { return true }
        return imported >= importer
      }.map(\.description))
  }

  @Test func `a foreign library stays where it belongs`() {
    expectNone(
      Self.imports.filter { found in
        // The longest name that fits decides: NIOSSL before NIO.
        let rule = Self.reserved.filter { found.name.hasPrefix($0.library) }
          .max { $0.library.count < $1.library.count }
        return rule.map { !$0.importers.contains(found.file.module) } ?? false
      }.map(\.description))
  }

  @Test func `the simulator reads a shard by plain SQL in its auditor only`() {
    expectNone(
      Self.imports.filter { found in
        found.name == "GRDB" && found.file.module == "LokSimulator" && !found.file.path.contains("/Audit/")
      }.map(\.description))
  }

  @Test func `domain, text and merge are pure`() {
    expectNone(
      Self.imports.filter { Self.pure.contains($0.file.module) && Self.impure.contains($0.name) }
        .map(\.description))
  }

  @Test func `no file imports a module twice`() {
    let places = Self.imports.map { "\($0.file.path) \($0.name)" }
    expectNone(Dictionary(grouping: places) { $0 }.filter { $0.value.count > 1 }.keys.sorted())
  }
}
