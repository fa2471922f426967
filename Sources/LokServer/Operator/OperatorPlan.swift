package import LokBooks
import LokShard
package import LokWire

/// What an operator's request comes to: commands for one block, or an answer at once.
package enum OperatorPlan: Hashable, Sendable {
  /// `codes` are told when the commands are applied, and kept nowhere.
  case commands(BlockCode, [Command], codes: [String])
  case status
  case refused(Status)

  /// Codes of one request: a sheet for one training.
  package static let codesMaximum: UInt32 = 1_000
  package static let validDaysMaximum: UInt32 = 366

  package init(
    _ request: OperatorRequest, at now: Timestamp, using random: inout some RandomNumberGenerator
  ) {
    switch request {
    case .status:
      self = .status
    case .revoke(let block, let device):
      self = .commands(block, [.revoke(device)], codes: [])
    case .scope(let block, let device, let add, let drop):
      self = .commands(
        block, [.scope(Command.ScopeCommand(device: device, add: add, drop: drop))], codes: [])
    case .quarantineDecision(let block, let decision):
      self = .commands(block, [.quarantineDecision(decision)], codes: [])
    case .enrolCode(let block, let role, let grants, let count, let validDays):
      guard (1...Self.codesMaximum).contains(count), (1...Self.validDaysMaximum).contains(validDays) else {
        self = .refused(
          Status(
            .invalidArgument, .badRequest, next: .showPerson,
            arguments: [Int64(Self.codesMaximum), Int64(Self.validDaysMaximum)]))
        return
      }
      let expires = Timestamp(milliseconds: now.milliseconds + Int64(validDays) * 86_400_000)
      let codes = (0..<count).map { _ in EnrolmentCode(block: block, random: random.next()) }
      let commands = codes.map { code in
        Command.enrolCode(
          Command.EnrolCodeCommand(codeHash: code.hash, role: role, grants: grants, expires: expires))
      }
      self = .commands(block, commands, codes: codes.map(\.text))
    }
  }

  /// How an operator hears of an outcome.
  package static func answer(_ result: Session.Answer, codes: [String]) -> Session.Answer {
    switch result {
    case .outcome(.done(let seq), _):
      return .operated(OperatorReply(codes: codes, seq: seq))
    case .outcome(.refused(let reason), _):
      return .refused(Status(.notFound, reason, next: .showPerson), sets: 0)
    default:
      return result
    }
  }
}
