import Foundation
import LokBooks
import LokIntake
import LokServer
import Testing

@Suite struct DataDirectoryTests {
  private let temporary: TemporaryDirectory
  init() throws { temporary = try TemporaryDirectory() }

  @Test func `init makes everything that a server needs`() throws {
    let directory = try temporary.create()
    #expect(
      try temporary.names(directory.path)
        == ["catalogue.sqlite", "intake", "keys", "secrets", "shards", "tls-certificate.pem"])
    #expect(
      try temporary.names(directory.secretsFolder)
        == ["nonce.key", "receipt.key", "tls-key.pem", "vault.key"])
    #expect(try temporary.names(directory.shardsFolder).count == 100)
    try directory.check()
    let log = try IntakeLog(folder: directory.intakeFolder)
    #expect(log.highest == .zero && Set(log.id.bytes).count > 1)
    #expect(try Catalogue(path: directory.catalogue).count == 2)
    #expect(try directory.blocksWithShards().isEmpty)
  }

  @Test func `nobody else can read what is secret`() throws {
    let directory = try temporary.create()
    for folder in [directory.path, directory.secretsFolder, directory.keysFolder, directory.intakeFolder] {
      #expect(try temporary.mode(folder) == 0o700, "\(folder)")
    }
    for name in try temporary.names(directory.secretsFolder) {
      #expect(try temporary.mode(directory.secretsFolder + "/" + name) == 0o600, "\(name)")
    }
  }

  @Test func `a shard lies in the folder of its block modulo 100`() throws {
    let directory = try temporary.create()
    #expect(directory.shard(of: BlockCode(6341)) == temporary.data + "/shards/41/6341.sqlite")
    #expect(DataDirectory("/x/").keys(of: BlockCode(5)) == "/x/keys/5.sqlite")
    for code in [900_001, 7, 107] as [UInt32] {
      try Data().write(to: URL(fileURLWithPath: directory.shard(of: BlockCode(code))))
    }
    try Data().write(to: URL(fileURLWithPath: directory.shardsFolder + "/7/8.sqlite"))
    #expect(try directory.blocksWithShards() == [BlockCode(7), BlockCode(107), BlockCode(900_001)])
  }

  @Test func `a directory with anything in it is left alone`() throws {
    let csv = try temporary.write(TemporaryDirectory.twoBlocks)
    #expect(throws: DataDirectoryError.notEmpty(path: temporary.folder, entry: "blocks.csv")) {
      try DataDirectory.create(path: temporary.folder, directoryCSV: csv, now: .sometime)
    }
    #expect(try temporary.names(temporary.folder) == ["blocks.csv"])
    _ = try temporary.create()
    let before = try temporary.names(temporary.data)
    #expect(throws: DataDirectoryError.notEmpty(path: temporary.data, entry: "catalogue.sqlite")) {
      try temporary.create()
    }
    #expect(try temporary.names(temporary.data) == before)
  }

  @Test func `an empty directory is filled, in a path that is not there yet too`() throws {
    let csv = try temporary.write(TemporaryDirectory.twoBlocks)
    for path in ["/a", "/b/c/d/", "/volume"] {
      if path == "/volume" {
        try FileManager.default.createDirectory(
          atPath: temporary.folder + "/volume/lost+found", withIntermediateDirectories: true)
      }
      try DataDirectory.create(path: temporary.folder + path, directoryCSV: csv, now: .sometime).check()
    }
  }

  @Test(arguments: [
    ("a bad block directory", "state_code\n1\n", [] as [String]),
    ("a bad host", TemporaryDirectory.twoBlocks, ["no host"]),
  ])
  func `after an error nothing is left`(_ name: String, _ csv: String, _ hosts: [String]) throws {
    #expect(throws: DataDirectoryError.self, "\(name)") { try temporary.create(csv, hosts: hosts) }
    #expect(try temporary.names(temporary.folder) == ["blocks.csv"])
  }

  @Test func `a block directory that is not there is named`() throws {
    #expect(throws: DataDirectoryError.unreadable(path: "/nowhere/blocks.csv")) {
      try DataDirectory.create(path: temporary.data, directoryCSV: "/nowhere/blocks.csv", now: .sometime)
    }
  }

  @Test func `a directory that is not whole says what it lacks`() throws {
    #expect(throws: DataDirectoryError.missing(path: "/nowhere", what: "catalogue.sqlite")) {
      try DataDirectory("/nowhere").check()
    }
    let directory = try temporary.create()
    try FileManager.default.removeItem(atPath: directory.keysFolder)
    let error = #expect(throws: DataDirectoryError.missing(path: temporary.data, what: "keys")) {
      try directory.check()
    }
    #expect(error?.description.contains("loksync init") == true)
  }
}

@Suite struct DataDirectoryLockTests {
  private let temporary: TemporaryDirectory
  init() throws { temporary = try TemporaryDirectory() }

  @Test func `one owner at a time, named to the others`() throws {
    let directory = try temporary.create()
    var lock: DirectoryLock? = try DirectoryLock(directory)
    #expect(throws: DataDirectoryError.heldBy(pid: ProcessInfo.processInfo.processIdentifier)) {
      try DirectoryLock(directory)
    }
    withExtendedLifetime(lock) {}
    lock = nil
    withExtendedLifetime(try DirectoryLock(directory)) {}
  }

  @Test func `the lock of another process holds, and ends with it`() throws {
    let directory = try temporary.create()
    let other = Process()
    other.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // It tells its number and that it has the lock, and keeps it until its input ends.
    other.arguments = [
      "sh", "-c", "exec 9<>\"$0\" && flock -n 9 && echo $$ >&9 && echo locked && cat", directory.lock,
    ]
    let input = Pipe()
    let output = Pipe()
    other.standardInput = input
    other.standardOutput = output
    try other.run()
    #expect(output.fileHandleForReading.availableData == Data("locked\n".utf8))
    #expect(throws: DataDirectoryError.heldBy(pid: other.processIdentifier)) { try DirectoryLock(directory) }
    try input.fileHandleForWriting.close()
    other.waitUntilExit()
    withExtendedLifetime(try DirectoryLock(directory)) {}
  }

  @Test func `there is nothing to own where there is no directory`() {
    #expect(throws: DataDirectoryError.missing(path: "/nowhere", what: "a writable lock file")) {
      try DirectoryLock(DataDirectory("/nowhere"))
    }
  }
}
