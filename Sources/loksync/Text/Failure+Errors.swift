import ArgumentParser
import LokBooks
import LokDevice
import LokIntake
import LokServer
import LokShard
import LokSimulator
import LokSQLite
import LokTransport
import LokWire

extension Failure {
  /// An error of any module, as a person can act on it.
  package init(describing error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as ShardError: self.init(error)
    case let error as SQLiteError: self.init(error)
    case let error as TransportError: self.init(error)
    case let error as DeviceError: self.init(error)
    case let error as DataDirectoryError: self.init(error)
    case let error as Status: self.init(error)
    case let error as IntakeError:
      self.init(.unavailable, error.description, next: "Restore the intake folder from a backup")
    case let error as BookQueryError: self.init(error)
    case let error as ReportError:
      self.init(.badData, "the books cannot be summed: \(error)", next: "loksync shard verify says where")
    case let error as SimulationError: self.init(error)
    default:
      self.init(
        .internalFault, "something failed that has no better words: \(error)",
        next: "Run it again; if it stays, report it with this line")
    }
  }

  private init(_ error: SimulationError) {
    switch error {
    case .phonesThere, .booksThere:
      self.init(.usage, error.description, next: "Give new folders with --data and --phones, or remove both")
    default: self.init(.badData, error.description)
    }
  }

  private init(_ error: BookQueryError) {
    switch error {
    case .memberMissing: self.init(.usage, "a passbook is one member's", next: "Give --member")
    case .monthMissing: self.init(.usage, "a monthly report is one month's", next: "Give --month 2026-11")
    case .noSuchMember(let id):
      self.init(.notFound, "the group has no member \(id)", next: "See --entity member of shard records")
    case .noSuchLoan(let id):
      self.init(.notFound, "the group has no loan \(id)", next: "The book loans lists what there is")
    case .loanNotPaidOut(let id):
      self.init(.notFound, "nothing was paid out of the loan \(id) yet", next: "Its ledger begins then")
    case .meetingOfOneGroup:
      self.init(.usage, "a meeting's number is one group's, and these are many books", next: "Give --until")
    case .booksEmpty: self.init(.notFound, "the group's books hold nothing yet", next: "Record a meeting")
    }
  }

  private init(_ error: ShardError) {
    switch error {
    case .missing(let path):
      self.init(
        .notFound, "there is no shard at \(path)", next: "loksync shard list names the blocks there are")
    case .notAShard(let path, let detail):
      self.init(
        .badData, "\(path) is no shard: \(detail)",
        next: "Put the file back from a backup; what the intake log holds is applied again")
    case .foreignBlock(let expected, let found):
      self.init(
        .badData, "the file of block \(expected) is that of block \(found)",
        next: "Put the right file back from a backup")
    case .newerSchema(let path):
      self.init(.badData, "\(path) was written by a newer loksync", next: "Update this loksync")
    case .foreignIntake(let block):
      self.init(
        .unavailable, "block \(block) follows another intake log than this directory's",
        next: "Put shard and intake log back from the same backup")
    case .behindLog(let block, let applied, let log):
      self.init(
        .unavailable, "block \(block) stands at LSN \(applied), its next row in the log follows \(log)",
        next: "The shard's file is too old: put the latest back, or the log files it still needs")
    case .aheadOfLog(let block, let applied, let log):
      self.init(
        .unavailable, "block \(block) stands at LSN \(applied), the log ends at \(log)",
        next: "The intake log is too old: put the latest back")
    case .damaged(let block, let detail):
      self.init(
        .badData, "the file of block \(block) is damaged: \(detail)",
        next: "loksync shard verify \(block) locates it; put the file back from a backup")
    }
  }

  private init(_ error: SQLiteError) {
    if error.isCorruption {
      self.init(
        .badData, "\(error.path) is damaged or no database: \(error.message)",
        next: "Put the file back from a backup")
    } else {
      self.init(
        .inputOutput, "\(error.path) could not be used: \(error.message)",
        next: "Check that it exists, its permissions, and the room on the disk")
    }
  }

  private init(_ error: TransportError) {
    switch error {
    case .refused:
      self.init(
        .unavailable, "nobody listens at the server's address",
        next: "Check address and port; nothing is lost, sync again later")
    case .unknownHost(let name):
      self.init(.unavailable, "there is no host \(name)", next: "Check the server's address")
    case .connectTimeout, .closedByPeer:
      self.init(
        .unavailable, "the server does not answer",
        next: "Nothing is lost: sync again where the link is better")
    case .wrongServerKey(let expected, let found):
      self.init(
        .unavailable, "the server shows the certificate \(found), expected is \(expected)",
        next: "Ask the operator for the fingerprint; do not go on before it agrees")
    case .tlsFailed(let detail):
      self.init(.unavailable, "no TLS with the server: \(detail)", next: "Is it served with --insecure?")
    case .badKeyMaterial(let path, let detail):
      self.init(.badData, "\(path) is no usable certificate or key: \(detail)", next: "Give PEM files")
    case .addressInUse:
      self.init(.unavailable, "another process listens at that address", next: "Take port 0 for a free one")
    default:
      self.init(.unavailable, "the connection failed: \(error)", next: "Nothing is lost: try again")
    }
  }

  private init(_ error: DataDirectoryError) {
    let exit: Exit =
      switch error {
      case .missing: .notFound
      case .heldBy: .unavailable
      case .notEmpty, .badHost: .usage
      case .unreadable: .inputOutput
      default: .badData
      }
    self.init(exit, error.description)
  }

  private init(_ status: Status) {
    guard let reason = status.reason else {
      self.init(.unavailable, "the server refuses: \(status.code)", next: "Ask the operator")
      return
    }
    let words = ReasonText(reason, arguments: status.arguments)
    // What is not there stays so: trying again does not help.
    let isMissing = status.code == .notFound || reason == .blockUnknown || reason == .deviceUnknown
    let isBadFile = Self.ofBundles.contains(reason)
    self.init(
      isMissing ? .notFound : isBadFile ? .badData : .unavailable, words.sentence, next: words.next)
  }

  private static let ofBundles: Set<Reason> = [
    .bundleDamaged, .bundleTooNew, .bundleOfOtherKind, .bundleForOtherServer, .bundleForOtherDevice,
    .bundleMissingBefore,
  ]
}
