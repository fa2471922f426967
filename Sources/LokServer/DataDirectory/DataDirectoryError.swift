package import LokBooks

/// What keeps a data directory from being made, opened or owned.
package enum DataDirectoryError: Error, Hashable, Sendable {
  /// It holds something already (`entry` is one of it); init fills empty directories only.
  case notEmpty(path: String, entry: String)
  /// `what` is not there: no data directory, or not a whole one.
  case missing(path: String, what: String)
  case unreadable(path: String)
  /// Everything that is wrong in the block directory, by line.
  case badBlockDirectory(path: String, faults: [BlockDirectoryFault])
  case badCatalogue(path: String)
  /// Others than the owner may read it.
  case secretIsOpen(path: String, mode: UInt32)
  case badSecret(path: String)
  case badCertificate(path: String)
  case badHost(String)
  /// Another process owns the directory; nil where it has not written its id yet.
  case heldBy(pid: Int32?)

  /// Stable, for logs and operators.
  package var code: String {
    switch self {
    case .notEmpty: "DATA_NOT_EMPTY"
    case .missing: "DATA_MISSING"
    case .unreadable: "DATA_UNREADABLE"
    case .badBlockDirectory: "DATA_BAD_BLOCK_DIRECTORY"
    case .badCatalogue: "DATA_BAD_CATALOGUE"
    case .secretIsOpen: "DATA_SECRET_IS_OPEN"
    case .badSecret: "DATA_BAD_SECRET"
    case .badCertificate: "DATA_BAD_CERTIFICATE"
    case .badHost: "DATA_BAD_HOST"
    case .heldBy: "DATA_HELD"
    }
  }
}

extension DataDirectoryError: CustomStringConvertible {
  /// What is wrong and what to do next.
  package var description: String {
    switch self {
    case .notEmpty(let path, let entry):
      "\(path) is not empty (it holds \(entry)): name a new directory, or serve this one if it is LokSync's"
    case .missing(let path, let what):
      "\(path) lacks \(what): make a data directory with `loksync init`, or restore it from a backup"
    case .unreadable(let path): "\(path) cannot be read: check that it is there and who may read it"
    case .badBlockDirectory(let path, let faults):
      "\(path) was not taken, nothing was made:\n"
        + faults.prefix(20).map { "  \($0)" }.joined(separator: "\n")
        + (faults.count > 20 ? "\n  and \(faults.count - 20) more" : "")
    case .badCatalogue(let path): "\(path) is no catalogue of blocks: restore it from a backup"
    case .secretIsOpen(let path, let mode):
      "\(path) can be read by others (mode \(String(mode, radix: 8))): run chmod 600 on it"
    case .badSecret(let path): "\(path) holds no usable key: restore it from a backup"
    case .badCertificate(let path): "\(path) holds no certificate in PEM form"
    case .badHost(let host): "\(host) is no host name and no address"
    case .heldBy(let pid?): "process \(pid) owns the data directory: stop it first"
    case .heldBy(nil): "another process owns the data directory: stop it first"
    }
  }
}

/// One thing that is wrong in a block directory.
package struct BlockDirectoryFault: Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    case missingColumn(String)
    case fieldCount(expected: Int, actual: Int)
    case notACode(column: String)
    case empty(column: String)
    /// No UTF-8, or with control characters.
    case notText(column: String)
    case duplicate(BlockCode, firstLine: Int)
    case brokenQuotes
    case noBlocks
  }

  /// From 1; of a row over several lines its first.
  package let line: Int
  package let kind: Kind

  package init(line: Int, kind: Kind) {
    self.line = line
    self.kind = kind
  }

  package var description: String {
    switch kind {
    case .missingColumn(let name): "line \(line): the header has no column \(name)"
    case .fieldCount(let expected, let actual): "line \(line): \(actual) fields instead of \(expected)"
    case .notACode(let column): "line \(line): \(column) is no number from 1 to \(UInt32.max)"
    case .empty(let column): "line \(line): \(column) is empty"
    case .notText(let column): "line \(line): \(column) is not readable text"
    case .duplicate(let block, let first): "line \(line): block \(block) stands in line \(first) already"
    case .brokenQuotes: "line \(line): a quotation mark is not closed or stands in the middle of a field"
    case .noBlocks: "there are no blocks in it"
    }
  }
}
