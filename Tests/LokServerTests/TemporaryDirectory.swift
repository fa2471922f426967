import Foundation
import LokBooks
import LokServer

/// A folder of its own with a small block directory, gone with the value.
final class TemporaryDirectory {
  let folder = NSTemporaryDirectory() + "lok-server-" + UUID().uuidString

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var data: String { folder + "/data" }

  static let header = "state_code,state_name,district_code,district_name,block_code,block_name\n"
  static let twoBlocks = header + "10,BIHAR,201,GAYA,900001,ALPHA\n10,BIHAR,202,PATNA,900002,BETA\n"

  func write(_ text: String, as name: String = "blocks.csv") throws -> String {
    let path = folder + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  func create(_ text: String = twoBlocks, hosts: [String] = []) throws -> DataDirectory {
    try DataDirectory.create(path: data, directoryCSV: write(text), hosts: hosts, now: .sometime)
  }

  func mode(_ path: String) throws -> Int {
    let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
    return permissions?.intValue ?? -1
  }

  func setMode(_ mode: Int, of path: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
}

extension Timestamp {
  /// 2026-03-14, 09:30 IST.
  static let sometime = Timestamp(milliseconds: 1_773_460_800_000)
}
