import Foundation
import LokSimulator
import Testing

@Suite struct WorkloadTests {
  @Test func `the same seed gives the same bytes`() throws {
    let first = try ActFile.encode(Sample.workload().acts)
    #expect(try first == ActFile.encode(Sample.workload().acts))
    #expect(try first != ActFile.encode(Sample.workload(seed: 8).acts))
  }

  /// Whoever changes the generator changes every run's numbers: this hash says so.
  @Test func `a seed's workload is the same on every machine`() throws {
    let folder = try TemporaryFolder()
    let hash = try ActFile.write(Sample.workload().acts, to: folder.path("acts.jsonl"))
    #expect(hash == "1c82d47076937cc22c22169e2bdcf401afe12531d51b4253fded3d4650e3b5e9")
  }

  @Test func `acts read back are the acts written`() throws {
    let folder = try TemporaryFolder()
    let acts = try Sample.workload().acts
    let hash = try ActFile.write(acts, to: folder.path("acts.jsonl"))
    #expect(hash.count == 64)
    #expect(try ActFile.read(folder.path("acts.jsonl")) == acts)
  }

  @Test(arguments: [UInt64](1...8))
  func `a bookkeeper's cash never runs out and every sound meeting adds up`(seed: UInt64) throws {
    let workload = try Sample.workload(devices: 30, meetings: 12, seed: seed)
    var cash: [Int: Int64] = [:]
    for act in workload.acts where act.sound {
      guard let meeting = act.meeting else { continue }
      let sum = meeting.lines.reduce(Int64(0)) { $0 + cashEffect($1) }
      #expect(meeting.openingPaise == cash[meeting.group, default: 0], "seed \(seed)")
      #expect(meeting.closingPaise == meeting.openingPaise + sum, "seed \(seed), act \(act.act)")
      #expect(meeting.closingPaise >= 0)
      #expect(meeting.lines.allSatisfy { $0.paise > 0 })
      cash[meeting.group] = meeting.closingPaise
    }
  }

  @Test func `lines and amounts keep to the mix of the field`() throws {
    let workload = try Sample.workload(devices: 60, meetings: 12, days: 120)
    let meetings = workload.acts.filter { $0.sound }.compactMap(\.meeting)
    let savings = meetings.flatMap(\.lines).filter { $0.kind == 1 }
    #expect(savings.allSatisfy { (10_00...200_00).contains($0.paise) })
    let loans = meetings.flatMap(\.loans)
    #expect(loans.allSatisfy { (2_000_00...50_000_00).contains($0.principalPaise) })
    #expect(loans.allSatisfy { (3...24).contains($0.instalments) })
    let rows = meetings.reduce(0) {
      $0 + 1 + $1.present.count + $1.absent.count + $1.lines.count + $1.loans.count
    }
    #expect((26...40).contains(rows / meetings.count), "rows a meeting: \(rows / meetings.count)")
    let members = Dictionary(grouping: workload.acts.compactMap(\.member), by: \.group).values.map(\.count)
    #expect(members.allSatisfy { (5...20).contains($0) })
    let mean = members.reduce(0, +) * 100 / members.count
    #expect((1_000...1_130).contains(mean), "members in hundredths: \(mean)")
  }

  @Test func `every trouble is there in a day of twenty phones`() throws {
    let workload = try Sample.workload(devices: 40, meetings: 6, days: 60)
    #expect(workload.acts.contains { $0.meeting?.wrong != nil })
    let second = try #require(workload.phones.first { $0.role == .second })
    let number = try #require(workload.acts.first { $0.phone == second.phone && $0.meeting != nil }?.meeting)
    let same = workload.acts.filter {
      $0.meeting?.group == number.group && $0.meeting?.number == number.number
    }
    #expect(same.count == 2)
    let syncs = workload.phones.flatMap(\.steps).filter { $0.deed == .sync(lostAcknowledgement: true) }
    #expect(!syncs.isEmpty)
    #expect(Set(workload.phones.map(\.clockErrorMilliseconds)).count > 20)
  }

  @Test func `a device for each block, and meetings for each device`() throws {
    let workload = try Sample.workload(blocks: 5, devices: 12, meetings: 4)
    let keepers = workload.phones.filter { $0.role == .bookkeeper }
    #expect(keepers.count == 12)
    #expect(Set(keepers.map(\.block)).count == 5)
    for keeper in keepers {
      #expect(workload.acts.filter { $0.phone == keeper.phone && $0.meeting != nil }.count == 4)
      #expect((1...3).contains(keeper.groups.count))
    }
    #expect(throws: SimulationError.tooFewDevices(devices: 4, blocks: 5)) {
      try Sample.workload(blocks: 5, devices: 4)
    }
  }

  /// What a line adds to the cash in hand, from the words of the registers.
  private func cashEffect(_ line: MoneyDeed) -> Int64 {
    switch line.kind {
    case 1...4, 11...14, 112, 113, 401: line.paise
    case 5, 10, 204, 207...213, 215...217, 400: -line.paise
    default: 0
    }
  }
}
