import LokBooks
import LokServer
import LokTestSupport
import LokWire
import Testing

/// Codes, and what operators ask for.
@Suite struct OperatorPlanTests {
  private static let block = BlockCode(6_341)

  @Test func `a code is read as people type it`() throws {
    let code = EnrolmentCode(block: Self.block, random: 0x3_FFFF_0000_0421)
    let text = code.text
    #expect(text.count == "6341-XXXXX-XXXXX".count)
    #expect(EnrolmentCode(text: text.lowercased()) == code)
    let misread = "6341" + text.dropFirst(4).replacing("0", with: "o").replacing("1", with: "l")
    #expect(EnrolmentCode(text: misread) == code)
    #expect(EnrolmentCode(text: misread)?.hash == Hash.sha256(Array(text.utf8)))
  }

  @Test(arguments: [
    "", "-", "6341", "6341-AAAAA-AAAA", "6341-AAAAA-AAAAA-A", "x-AAAAA-AAAAA", "6341-ÄAAA-AAAAA",
  ])
  func `what is no code is none`(_ text: String) {
    #expect(EnrolmentCode(text: text) == nil)
  }

  @Test func `each code has a command of its own, and lasts as long as asked`() throws {
    var random = SeededGenerator(seed: 3)
    let request = OperatorRequest.enrolCode(
      Self.block, role: .approver, grants: [.block], count: 3, validDays: 2)
    guard
      case .commands(Self.block, let commands, let codes) = OperatorPlan(
        request, at: .sometime, using: &random)
    else {
      Issue.record("no commands")
      return
    }
    #expect(Set(codes).count == 3)
    let expires = Timestamp(milliseconds: Timestamp.sometime.milliseconds + 2 * 86_400_000)
    for (command, text) in zip(commands, codes) {
      let code = try #require(EnrolmentCode(text: text))
      let expected = Command.EnrolCodeCommand(
        codeHash: code.hash, role: .approver, grants: [.block], expires: expires)
      #expect(command == .enrolCode(expected))
    }
  }

  @Test(arguments: [(0 as UInt32, 1 as UInt32), (1, 0), (1_001, 1), (1, 367)])
  func `as many codes and days as make sense`(_ count: UInt32, _ days: UInt32) {
    var random = SeededGenerator(seed: 3)
    let request = OperatorRequest.enrolCode(
      Self.block, role: .approver, grants: [.block], count: count, validDays: days)
    guard case .refused = OperatorPlan(request, at: .sometime, using: &random) else {
      Issue.record("accepted")
      return
    }
  }
}
