import Foundation
import LokBooks
import LokServer
import LokTransport
import LokWire
import NIOCore
import Synchronization

/// Where the phones' one-time codes come from.
enum CodeSource: Sendable {
  /// The control socket of a server on this computer.
  case control(path: String, any EventLoopGroup)
  /// A file that an operator prepared.
  case file(CodeFile)

  func code(for block: BlockCode, role: Role, grants: [Grant]) async throws -> String {
    switch self {
    case .file(let file):
      return try file.take(block: block, role: role)
    case .control(let path, let group):
      let request = OperatorRequest.enrolCode(block, role: role, grants: grants, count: 1, validDays: 1)
      let reply = try await Self.ask(request, at: path, group)
      guard let code = reply.codes.first else {
        throw SimulationError.codesMissing(block: block.rawValue, role: role.text)
      }
      return code
    }
  }

  /// Over the control socket at `path`.
  static func ask(
    _ request: OperatorRequest, at path: String, _ group: any EventLoopGroup
  ) async throws -> OperatorReply {
    let connection = try await Dialer.connect(to: .unix(path: path), trust: .insecure, group: group)
    defer { connection.close() }
    connection.send([Frame(call: 1, method: .operate, payload: request.encoded(), end: true).encoded()])
    for try await bytes in connection.frames {
      let frame = try Frame(decoding: bytes)
      if let status = frame.status, status.code != .ok { throw status }
      if let payload = frame.payload { return try OperatorReply(decoding: payload) }
    }
    throw TransportError.closedByPeer
  }
}

/// Codes from a file, each given once.
final class CodeFile: Sendable {
  private let codes: Mutex<[String: [String]]>

  /// - Throws: `SimulationError.badCodes` with the line.
  init(path: String) throws {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw SimulationError.unreadable(path: path)
    }
    var codes: [String: [String]] = [:]
    for (number, line) in text.split(whereSeparator: \.isNewline).enumerated() {
      let fields = line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      if number == 0, fields.first == "block" { continue }
      guard fields.count == 4, UInt32(fields[0]) != nil, let role = Role(text: fields[1]) else {
        throw SimulationError.badCodes(path: path, line: number + 1)
      }
      codes["\(fields[0]) \(role.text)", default: []].append(fields[3])
    }
    self.codes = Mutex(codes.mapValues { $0.reversed() })
  }

  func take(block: BlockCode, role: Role) throws -> String {
    let code = codes.withLock { $0["\(block) \(role.text)"]?.popLast() }
    guard let code else { throw SimulationError.codesMissing(block: block.rawValue, role: role.text) }
    return code
  }
}
