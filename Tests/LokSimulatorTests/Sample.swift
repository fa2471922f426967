import Foundation
import LokSimulator

/// A small directory of invented blocks and the names of the project's sample.
enum Sample {
  static let names = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("tools/sample/synthetic_names.csv").path

  static var directory: BlockChoice {
    let states: [(UInt32, String)] = [(9, "UTTAR PRADESH"), (10, "BIHAR"), (19, "WEST BENGAL")]
    return BlockChoice(
      rows: (0..<30).map { place in
        let state = states[place % states.count]
        return .init(
          state: state.0, stateName: state.1, block: 900_001 + UInt32(place), name: "Block \(place)")
      }, groupsPerBlock: ["UTTAR PRADESH": 1_053, "BIHAR": 2_128, "WEST BENGAL": 3_569])
  }

  /// The same as a file.
  static func directoryFile(in folder: TemporaryFolder) throws -> String {
    let rows = directory.rows.map {
      "\($0.state),\($0.stateName),\($0.state)01,Sample,\($0.block),\($0.name)\n"
    }
    let text = "state_code,state_name,district_code,district_name,block_code,block_name\n" + rows.joined()
    try text.write(toFile: folder.path("blocks.csv"), atomically: true, encoding: .utf8)
    return folder.path("blocks.csv")
  }

  static func workload(
    blocks: Int = 4, devices: Int = 8, meetings: Int = 3, days: Int = 30, seed: UInt64 = 7
  ) throws -> Workload {
    try Workload(
      WorkloadOptions(blocks: blocks, devices: devices, meetings: meetings, days: days, seed: seed),
      directory: directory, names: Names(path: names))
  }
}

/// A folder of its own for each test, gone with it.
final class TemporaryFolder: Sendable {
  let url: URL
  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("loksync-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(at: url) }
  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
