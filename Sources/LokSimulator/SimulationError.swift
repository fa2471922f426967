/// What keeps a simulation from starting or going on. What the auditor finds is no error: it is reported.
package enum SimulationError: Error, Equatable, CustomStringConvertible {
  case unreadable(path: String)
  case columnMissing(String, path: String)
  case tooFewBlocks(asked: Int, inDirectory: Int)
  case tooFewDevices(devices: Int, blocks: Int)
  case outOfRange(option: String, allowed: ClosedRange<Int>)
  case noNames(path: String)
  case badActs(path: String, line: Int)
  /// Stores of an earlier run lie there: they are registered already.
  case phonesThere(folder: String)
  /// A block of the run has books there, which the auditor could not tell from what the run writes.
  case booksThere(data: String, block: UInt32)
  case serverDidNotStart(detail: String)
  case codesMissing(block: UInt32, role: String)
  case badCodes(path: String, line: Int)
  /// A set of a measured load was not accepted as it stands.
  case notAccepted(block: UInt32, seq: UInt64)
  /// What a measured load wrote is not what its commands make of it.
  case doesNotVerify(path: String, finding: String)
  case loadBrokenOff(block: UInt32, detail: String)
  /// In good order, and before the session was through.
  case connectionClosed(block: UInt32)
  case phoneFailed(phone: Int, block: UInt32, detail: String)

  package var description: String {
    switch self {
    case .unreadable(let path): "cannot read \(path)"
    case .columnMissing(let name, let path): "\(path) has no column \(name)"
    case .tooFewBlocks(let asked, let found): "\(asked) blocks asked for, the directory has \(found)"
    case .tooFewDevices(let devices, let blocks):
      "\(devices) devices for \(blocks) blocks: every block needs at least one"
    case .outOfRange(let option, let allowed):
      "--\(option) has to be from \(allowed.lowerBound) to \(allowed.upperBound)"
    case .noNames(let path): "\(path) has no names"
    case .badActs(let path, let line): "\(path), line \(line): not readable"
    case .phonesThere(let folder): "\(folder) holds the phones of an earlier run"
    case .booksThere(let data, let block): "\(data) holds books of block \(block) already"
    case .serverDidNotStart(let detail): "the server did not start: \(detail)"
    case .codesMissing(let block, let role): "no enrolment code left for block \(block), role \(role)"
    case .badCodes(let path, let line): "\(path), line \(line): expected block,role,scope,code"
    case .notAccepted(let block, let seq): "set \(block)@\(seq) was not accepted as it stands"
    case .doesNotVerify(let path, let finding): "\(path) does not verify: \(finding)"
    case .loadBrokenOff(let block, let detail): "block \(block): the session ended early: \(detail)"
    case .connectionClosed(let block): "block \(block): the session ended early: closed"
    case .phoneFailed(let phone, let block, let detail): "phone \(phone) of block \(block): \(detail)"
    }
  }
}
