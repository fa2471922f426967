package import LokBooks

/// What keeps the log from opening, storing or answering.
package enum IntakeError: Error, Hashable, Sendable {
  /// No log where one has to be: it is made once, by `create`, and never because it is missing.
  case missing(folder: String)
  case alreadyExists(folder: String)
  /// A file of the log's name that is none, or of a layout this program does not know.
  case notALog(path: String, detail: String)
  /// A file of another log.
  case foreign(path: String, expected: IntakeID, found: IntakeID)
  /// Files are removed from the oldest on; one is missing between others.
  case fileMissing(folder: String, number: Int)
  case damaged(path: String, detail: String)
  /// Rows that were acknowledged are no longer in their file.
  case tailLost(path: String, expected: LSN, found: LSN)
  /// Nothing of the group counts; it may be appended again.
  case notStored(cause: String)
  case keyTooLong(member: RecordID, bytes: Int)
  /// The block's rows behind `after` are needed and the one at `missing` is gone.
  case rowsRemoved(block: BlockCode, after: LSN, missing: LSN)
  /// The block has no row at `lsn`: whoever stands there follows another history.
  case positionUnknown(block: BlockCode, lsn: LSN)
  case system(call: String, path: String, errno: Int32)

  /// Stable, for logs and operators.
  package var code: String {
    switch self {
    case .missing: "INTAKE_MISSING"
    case .alreadyExists: "INTAKE_EXISTS"
    case .notALog: "INTAKE_NOT_A_LOG"
    case .foreign: "INTAKE_FOREIGN"
    case .fileMissing: "INTAKE_FILE_MISSING"
    case .damaged: "INTAKE_DAMAGED"
    case .tailLost: "INTAKE_TAIL_LOST"
    case .notStored: "INTAKE_NOT_STORED"
    case .keyTooLong: "INTAKE_KEY_TOO_LONG"
    case .rowsRemoved: "INTAKE_ROWS_REMOVED"
    case .positionUnknown: "INTAKE_POSITION_UNKNOWN"
    case .system: "INTAKE_SYSTEM"
    }
  }
}

extension IntakeError: CustomStringConvertible {
  package var description: String { "\(code): \(text)" }

  private var text: String {
    switch self {
    case .missing(let folder): "there is no intake log in \(folder)"
    case .alreadyExists(let folder): "there is an intake log in \(folder) already"
    case .notALog(let path, let detail): "\(path) is no file of an intake log (\(detail))"
    case .foreign(let path, let expected, let found):
      "\(path) belongs to the log \(found), the files beside it to \(expected)"
    case .fileMissing(let folder, let number): "file \(number) is missing in \(folder)"
    case .damaged(let path, let detail): "\(path) is damaged (\(detail))"
    case .tailLost(let path, let expected, let found):
      "\(path) reached to row \(expected) and ends at \(found) now"
    case .notStored(let cause): "nothing was stored (\(cause))"
    case .keyTooLong(let member, let bytes): "the wrapped key of member \(member) has \(bytes) bytes"
    case .rowsRemoved(let block, let after, let missing):
      "block \(block) needs its rows behind \(after), and row \(missing) has been removed"
    case .positionUnknown(let block, let lsn): "block \(block) has no row \(lsn) in this log"
    case .system(let call, let path, let errno): "\(call) of \(path) failed (errno \(errno))"
    }
  }
}
