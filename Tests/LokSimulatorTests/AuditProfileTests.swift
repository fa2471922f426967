import LokSimulator
import Testing

/// The auditor names each profile, printed code and reviewed value that is not what a checker said.
@Suite struct AuditProfileTests {
  @Test(arguments: [
    "cbo SET profile = 0 WHERE profile = 1", "member SET profile = 2 WHERE profile = 1",
    "bank_account SET profile = 0 WHERE profile = 1", "cbo SET code_serial = 99 WHERE code_serial = 1",
    "member SET code_serial = NULL WHERE code_serial = 2", "member SET profile = 1 WHERE profile = 0",
  ])
  func `a profile that stands otherwise than its checker said is named`(change: String) throws {
    let run = try FinishedRun()
    let all = run.workload.blocks.map { run.shard($0.block) }
    for shard in all { try run.change(shard, "UPDATE \(change)") }
    let report = try run.expect(.profile, .copy)
    #expect(report.findings.allSatisfy { $0.check == .profile || $0.check == .copy })
  }

  @Test func `a profile that stands otherwise on a phone is named`() throws {
    let run = try FinishedRun()
    let keeper = try #require(
      run.workload.phones.first { phone in
        phone.role == .bookkeeper
          && run.acts.contains { $0.profiles.map { phone.groups.contains($0.group) } ?? false }
      })
    try run.change(run.phone(keeper.phone), "UPDATE member SET profile = 2, code_serial = NULL")
    try run.expect(.profile, .copy)
  }

  @Test(arguments: [
    "member SET designation = 1 WHERE designation = 3", "bank_account SET account_number = '00' || id",
  ])
  func `a value that a checker has not let through is named`(change: String) throws {
    let run = try FinishedRun()
    try run.change(run.shard(run.workload.blocks[0].block), "UPDATE \(change)")
    let report = try run.expect(.review, .copy)
    #expect(report.findings.allSatisfy { $0.check == .review || $0.check == .copy })
    let keeper = try #require(run.workload.phones.first { $0.role == .bookkeeper })
    try run.change(run.phone(keeper.phone), "UPDATE \(change)")
    let onPhone = try run.audit().findings.filter { $0.place.hasPrefix("phone \(keeper.phone),") }
    #expect(onPhone.contains { $0.check == .review })
  }

  @Test func `a value that was replaced before the checker's word is named`() throws {
    let run = try FinishedRun()
    let report = try run.audit(recorded: { places in
      for place in places.indices where places[place].seen != nil { places[place].seen = "1" }
    })
    #expect(!report.findings.isEmpty)
    #expect(report.findings.allSatisfy { $0.check == .review && $0.place.hasSuffix("before the decision") })
  }

  @Test func `an edit that was not put off is named`() throws {
    let run = try FinishedRun()
    let all = run.workload.blocks.map { run.shard($0.block) }
    for shard in all { try run.change(shard, "UPDATE journal SET verdicts = x'' WHERE changes = x'07'") }
    let report = try run.expect(.review, .leaf)
    #expect(report.findings.contains { $0.check == .review && $0.found == "accepted" })
  }

  @Test func `a review that nobody asked for is named`() throws {
    let run = try FinishedRun()
    try run.change(run.shard(run.workload.blocks[0].block), "INSERT INTO set_aside VALUES (1, 1, 0, 5)")
    let report = try run.expect(.review)
    #expect(report.findings.map(\.place) == ["without a decision"])
  }

  @Test(arguments: [Character("0"), "9"])
  func `a printed code with another check digit, or none, is named`(digit: Character) throws {
    let run = try FinishedRun()
    let report = try run.audit { phones in
      for place in phones.indices where !phones[place].codes.isEmpty {
        for (id, code) in phones[place].codes { phones[place].codes[id] = "\(code.dropLast())\(digit)" }
      }
    }
    #expect(Set(report.findings.map(\.check)) == [.code])
    let bare = try run.audit { phones in
      for place in phones.indices { phones[place].codes = [:] }
    }
    #expect(bare.findings.count == bare.compared[.code])
  }
}
