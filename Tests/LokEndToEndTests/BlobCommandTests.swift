import Foundation
import LokBooks
import LokDevice
import LokSQLite
import LokServer
import LokShard
import LokWire
import Testing

/// Photos and pages as people handle them, with a real server.
@Suite struct BlobCommandTests {
  @Test(.timeLimit(.minutes(1)))
  func `a photo and a page go from one phone's files to another's`() async throws {
    let bench = try await Bench()
    let asha = try await bench.enrolled("asha.sqlite")
    let (group, member) = try await asha.makeGroup("Jai Maa")
    let photo: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let page = Array("%PDF-1.7 ".utf8) + (0..<90_000).map { UInt8(truncatingIfNeeded: $0 &* 17) }
    let files = try Self.write([("photo.jpg", photo), ("page.pdf", page)], in: bench)
    let attach = ["device", "attach"]
    let store = ["--store", "asha.sqlite", "--cbo", "\(group)"]
    #expect(
      await bench.run(attach + ["photo"] + store + ["--member", "\(member)", "--file", files[0]]) == 0)
    #expect(await bench.run(attach + ["resolution"] + store + ["--file", files[1]]) == 0)
    #expect(
      await bench.run(attach + ["photo"] + store + ["--member", "\(member)", "--file", files[1]]) == 65)
    #expect(await bench.run("device", "sync", "--store", "asha.sqlite") == 0)
    #expect(try await asha.status().unsentFiles == 0)

    let usha = try await bench.enrolled("usha.sqlite")
    let out = bench.folder.path("papers")
    let fetch = ["device", "fetch", "--store", "usha.sqlite", "--out", out]
    #expect(await bench.run(fetch + ["--photos"]) == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: out) == ["\(member)-photo.jpg"])
    #expect(await bench.run(fetch + ["--cbo", "\(group)"]) == 0)
    #expect(Self.read(out + "/\(member)-photo.jpg") == photo)
    #expect(Self.read(out + "/\(group)-resolution.pdf") == page)
    #expect(try await usha.status().unsentFiles == 0)
    _ = try await usha.with { store, _ in
      try store.shard.connection.execute("UPDATE device_person_key SET key = randomblob(32)")
    }
    try FileManager.default.removeItem(atPath: out)
    #expect(await bench.run(fetch) == 0, "a photo that does not open holds back none of the others")
    #expect(try FileManager.default.contentsOfDirectory(atPath: out) == ["\(group)-resolution.pdf"])
    await bench.end()
    #expect(try bench.findings() == [])
  }

  @Test(.timeLimit(.minutes(1)))
  func `verifying a shard looks at its photos and pages`() async throws {
    let bench = try await Bench()
    let asha = try await bench.enrolled("asha.sqlite")
    let (group, _) = try await asha.makeGroup("Jai Maa")
    let page = Array("%PDF-1.7 ".utf8) + [UInt8](repeating: 7, count: 20_000)
    let files = try Self.write([("page.pdf", page)], in: bench)
    #expect(
      await bench.run(
        "device", "attach", "resolution", "--store", "asha.sqlite", "--cbo", "\(group)", "--file", files[0])
        == 0)
    #expect(await bench.run("device", "sync", "--store", "asha.sqlite") == 0)
    await bench.end()
    let verify = ["shard", "verify", "\(Bench.block)", "--json", "--data", bench.data.path]
    #expect(await bench.run(verify) == 0)
    let blob = bench.data.blobs(of: Bench.block) + "/" + Hash.sha256(page).hexadecimal
    try Data(page.dropLast()).write(to: URL(fileURLWithPath: blob))
    #expect(await bench.run(verify) == 1)
    // A photo comes after its record: one that is not here is no fault.
    try FileManager.default.removeItem(atPath: blob)
    #expect(await bench.run(verify) == 0)
  }

  @Test(.timeLimit(.minutes(1)))
  func `what is damaged at the server comes again by the check of the phone that has it`() async throws {
    let bench = try await Bench()
    let asha = try await bench.enrolled("asha.sqlite")
    let (group, _) = try await asha.makeGroup("Jai Maa")
    let page = Array("%PDF-1.7 ".utf8) + [UInt8](repeating: 7, count: 20_000)
    let files = try Self.write([("page.pdf", page)], in: bench)
    let attach = ["device", "attach", "resolution", "--store", "asha.sqlite", "--cbo", "\(group)", "--file"]
    #expect(await bench.run(attach + [files[0]]) == 0)
    #expect(await bench.run("device", "sync", "--store", "asha.sqlite") == 0)
    let blob = bench.data.blobs(of: Bench.block) + "/" + Hash.sha256(page).hexadecimal
    try Data(page.dropLast()).write(to: URL(fileURLWithPath: blob))
    let verify = ["shard", "verify", "\(Bench.block)", "--json", "--data", bench.data.path]
    #expect(await bench.run(verify) == 1)
    #expect(await bench.run("device", "sync", "--store", "asha.sqlite") == 0)
    #expect(Self.read(blob) != page, "a usual sync offers nothing that was brought today")
    #expect(await bench.run("device", "sync", "--check", "--store", "asha.sqlite") == 0)
    #expect(Self.read(blob) == page)
    #expect(await bench.run(verify) == 0)
    await bench.end()
  }

  private static func write(_ files: [(String, [UInt8])], in bench: Bench) throws -> [String] {
    try files.map { name, bytes in
      try Data(bytes).write(to: URL(fileURLWithPath: bench.folder.path(name)))
      return bench.folder.path(name)
    }
  }

  private static func read(_ path: String) -> [UInt8] {
    FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
  }
}
