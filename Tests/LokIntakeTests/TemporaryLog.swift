import Foundation
import LokBooks
import LokIntake
import LokSQLite

/// A log in a folder of its own, gone with the value.
final class TemporaryLog {
  let folder: String
  static let id = IntakeID(Array(repeating: 7, count: 16))!

  init() throws {
    folder = NSTemporaryDirectory() + "lok-intake-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func create() throws { try IntakeLog.create(folder: folder, id: Self.id, now: time(1_000)) }

  func open(fileBytes: Int? = nil, walBytes: Int? = nil) throws -> IntakeLog {
    try IntakeLog(folder: folder, limits: limits(fileBytes, walBytes))
  }

  func open(
    fileBytes: Int? = nil, commit: @escaping (Connection) throws -> Void
  ) throws -> IntakeLog {
    try IntakeLog(folder: folder, limits: limits(fileBytes, nil), commit: commit)
  }

  private func limits(_ fileBytes: Int?, _ walBytes: Int?) -> IntakeLog.Limits {
    var limits = IntakeLog.Limits()
    limits.fileBytes = fileBytes ?? limits.fileBytes
    limits.walBytes = walBytes ?? limits.walBytes
    return limits
  }

  func path(_ name: String) -> String { folder + "/" + name }

  var allNames: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
  }

  var fileNames: [String] {
    get throws { try allNames.filter { $0.hasSuffix(".sqlite") } }
  }
}

func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

func pending(_ block: UInt32, _ text: String, received: Int64? = nil) -> PendingAppend {
  PendingAppend(
    block: BlockCode(block), payload: Array(text.utf8), kind: 1,
    received: received.map { time($0) })
}

extension IntakeLog {
  @discardableResult
  func append(_ block: UInt32, _ texts: String..., at now: Int64 = 1_000) throws -> [IntakeRow] {
    try append(texts.map { pending(block, $0) }, now: time(now))
  }

  /// Every row as "block:text", in log order.
  var story: [String] {
    get throws {
      var story: [String] = []
      try forEachRow(after: .zero) { story.append($0.short) }
      return story
    }
  }

  /// Each block's rows as they are found through the block agree with those of the whole log.
  var isOneStory: Bool {
    get throws {
      var byBlock: [BlockCode: [IntakeRow]] = [:]
      try forEachRow(after: .zero) { byBlock[$0.block, default: []].append($0) }
      return try byBlock.allSatisfy { block, rows in
        let chained = zip(rows, rows.dropFirst()).allSatisfy { $1.previous == $0.lsn }
        return try chained && rows.last?.lsn == lastLSN(of: block)
          && self.rows(of: block, after: rows[0].previous, limit: .max) == rows
      }
    }
  }
}

extension IntakeRow {
  var short: String { "\(block):\(String(decoding: payload, as: UTF8.self))" }
}
