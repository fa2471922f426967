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
    #expect(hash == "235271d125536d7c8d925c6df5065e0c43a334bdcb24859520482f991daddb7f")
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
    let counting = workload.acts.filter { $0.outcome.counts }.compactMap(\.meeting)
    for meetings in Dictionary(grouping: counting, by: \.group).values {
      var cash: Int64 = 0
      for meeting in meetings.sorted(by: { $0.number < $1.number }) {
        #expect(meeting.openingPaise == cash, "seed \(seed)")
        cash += meeting.lines.reduce(Int64(0)) { $0 + cashEffect($1) }
        // Cash that was counted wrong and released differs from what the lines say.
        #expect(meeting.closingPaise == cash || meeting.wrong == .closingCash, "seed \(seed)")
        #expect(cash >= 0)
        #expect(meeting.lines.allSatisfy { $0.paise > 0 })
      }
      #expect(Set(meetings.map(\.number)).count == meetings.count, "seed \(seed)")
    }
  }

  @Test func `lines and amounts keep to the mix of the field`() throws {
    let workload = try Sample.workload(devices: 60, meetings: 12, days: 120)
    let meetings = workload.acts.compactMap(\.meeting).filter {
      $0.kind != .cutoff && $0.kind != .closing && $0.replaces == nil
    }
    let savings = meetings.flatMap(\.lines).filter { $0.kind == 1 }
    #expect(savings.allSatisfy { (10_00...200_00).contains($0.paise) })
    let loans = meetings.flatMap(\.loans).filter { $0.member != nil }
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

  /// Whatever the books of real groups have, a middling run has too.
  @Test func `every kind of act, line, loan and outcome is there`() throws {
    let workload = try Sample.workload(blocks: 10, devices: 120, meetings: 6, days: 60)
    let acts = workload.acts
    let meetings = acts.compactMap(\.meeting)
    let lines = meetings.flatMap(\.lines)
    #expect(
      Set(lines.map(\.kind)).isSuperset(of: [1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 100, 102, 104, 105]))
    #expect(Set(lines.map(\.kind)).isSuperset(of: [109, 112, 113, 200, 202, 205, 206, 400, 401, 501, 502]))
    #expect(Set(meetings.map(\.kind)) == [.regular, .zero, .special, .cutoff, .closing])
    let loans = meetings.flatMap(\.loans)
    #expect(Set(loans.map(\.method)) == [1, 2, 3])
    #expect(Set(loans.map(\.source)).isSuperset(of: [1, 2, 3, 5, 7]))
    #expect(loans.contains { $0.member == nil })
    #expect(lines.contains { $0.reverses != nil } && meetings.contains { $0.replaces != nil })
    #expect(acts.contains { $0.lending != nil } && acts.contains { $0.event != nil })
    #expect(acts.contains { $0.edit?.leftReason != nil } && acts.contains { $0.statement != nil })
    #expect(Set(acts.compactMap { $0.decision?.word }) == Set(DecisionDeed.Word.allCases))
    #expect(acts.contains { $0.decision?.withLater == true })
    let planned = Set(acts.map(\.outcome))
    #expect(planned == [.posted, .approved, .takenBack, .setAside, .rejected, .replaced])
    #expect(workload.phones.count { $0.role == .checker } == 10)
  }

  @Test func `some profiles come back, are mended, and approved then`() throws {
    let workload = try Sample.workload(blocks: 4, devices: 60, meetings: 3)
    let acts = workload.acts
    let rejected = acts.filter { $0.profiles?.word == .reject }
    #expect(rejected.contains { $0.profiles?.isOfGroup == true })
    #expect(rejected.contains { $0.profiles?.members.isEmpty == false })
    #expect(rejected.contains { $0.profiles?.isOfAccount == true })
    for act in rejected {
      let later = acts[act.act...].filter { $0.book == act.book }
      let edit = try #require(later.first { $0.edit != nil })
      let approval = try #require(later.first { $0.act > edit.act && $0.profiles?.word == .approve })
      #expect(approval.profiles?.isOfGroup == act.profiles?.isOfGroup)
      #expect(approval.profiles?.members == act.profiles?.members)
      #expect(act.day < edit.day && edit.day < approval.day)
    }
    let approved = Set(acts.compactMap(\.profiles).filter(\.isOfGroup).map(\.group))
    let all = acts.compactMap(\.group).count { $0.tier == 1 }
    #expect((75...98).contains(approved.count * 100 / all), "\(approved.count) of \(all)")
  }

  @Test func `offices and account numbers change, and a checker lets some through`() throws {
    let workload = try Sample.workload(blocks: 4, devices: 80, meetings: 6)
    let acts = workload.acts
    let edits = acts.filter { $0.edit?.isReviewed == true }
    #expect(
      edits.contains { $0.edit?.designation != nil } && edits.contains { $0.edit?.accountNumber != nil })
    let words = acts.compactMap(\.decision).filter { acts[$0.target - 1].edit != nil }
    #expect(Set(words.map(\.word)) == [.release, .reject])
    #expect(words.count < edits.count)
    // Two members change offices: nobody else's is taken.
    for exchange in Dictionary(grouping: edits.filter { $0.edit?.designation != nil }, by: \.book).values {
      let members = exchange.compactMap(\.edit?.member).sorted()
      #expect(exchange.compactMap(\.edit?.designation).sorted() == members.map { $0 + 2 })
      #expect(exchange.count == 2)
    }
  }

  @Test func `a loan with a moratorium is repaid when that is over`() throws {
    let workload = try Sample.workload(blocks: 4, devices: 60, meetings: 8, days: 120)
    let meetings = workload.acts.compactMap(\.meeting)
    let loans = meetings.flatMap { meeting in
      meeting.loans.filter { $0.moratorium != nil }.map { (loan: $0, given: meeting) }
    }
    let share = loans.count * 100 / meetings.flatMap(\.loans).count { $0.member != nil }
    #expect((8...20).contains(share), "of a hundred loans: \(share)")
    #expect(Set(loans.map(\.loan.moratorium)) == [1, 2, 3])
    var repaid = 0
    for (loan, given) in loans {
      let later = meetings.filter {
        $0.group == given.group && $0.number > given.number && $0.replaces == nil && $0.wrong == nil
          && $0.kind != .closing
      }.sorted { $0.number < $1.number }
      let pause = later.filter { $0.number <= given.number + (loan.moratorium ?? 0) }
      let rescheduled = workload.acts.contains { $0.event?.loan == loan.loan }
      for line in pause.flatMap(\.lines) where line.loan == loan.loan && !rescheduled {
        #expect(line.kind != 11, "loan \(loan.loan)")
      }
      repaid += later.flatMap(\.lines).count { $0.loan == loan.loan && $0.kind == 11 }
    }
    #expect(repaid > 10)
  }

  @Test func `who closes its books has paid everybody, and is dissolved`() throws {
    let workload = try Sample.workload(blocks: 4, devices: 80, meetings: 6, days: 60)
    let acts = workload.acts
    let closings = acts.filter { $0.meeting?.kind == .closing }
    #expect(closings.count >= 3)
    for closing in closings {
      let lines = acts.filter { $0.outcome.counts }.compactMap(\.meeting).filter {
        $0.group == closing.book
      }.flatMap(\.lines)
      func sum(_ kinds: Set<Int64>, _ which: (MoneyDeed) -> Bool = { _ in true }) -> Int64 {
        lines.filter { kinds.contains($0.kind) && which($0) }.reduce(0) {
          $0 + ($1.reverses == nil ? $1.paise : -$1.paise)
        }
      }
      for kind in 0..<4 {
        let opened = sum([502]) { $0.credit == 2001 + kind }
        #expect(sum([Int64(1 + kind)]) + opened == sum([Int64(5 + kind)]), "act \(closing.act)")
      }
      #expect(sum([10]) + sum([501]) { $0.debit == 1100 } == sum([11, 15]), "act \(closing.act)")
      #expect(sum([104]) + sum([502]) { $0.credit == 2140 } == sum([204]), "act \(closing.act)")
      #expect(closing.meeting?.closingPaise == 0)
      let later = acts[closing.act...].filter { $0.book == closing.book }
      #expect(later.allSatisfy { $0.meeting == nil })
      let end = try #require(later.first { $0.edit?.status == 3 })
      #expect(later.contains { $0.decision?.target == end.act && $0.decision?.word == .release })
    }
  }

  @Test func `corrections, exits and overdue loans keep to their share`() throws {
    let workload = try Sample.workload(devices: 80, meetings: 12, days: 120)
    let meetings = workload.acts.compactMap(\.meeting).filter { $0.kind != .cutoff }
    let lines = meetings.flatMap(\.lines)
    let corrected = lines.count { $0.reverses != nil } * 10_000 / lines.count
    #expect((50...150).contains(corrected), "of ten thousand lines: \(corrected)")
    let old = workload.acts.compactMap(\.group).filter { $0.tier == 1 }
    #expect((15...35).contains(old.count { $0.heldBefore != nil } * 100 / old.count))
    #expect(old.compactMap(\.heldBefore).allSatisfy { (13...150).contains($0) })
  }

  @Test func `a quorum that is asked for is there`() throws {
    let workload = try Sample.workload(devices: 60, meetings: 6, days: 60)
    let groups = Dictionary(
      uniqueKeysWithValues: workload.acts.compactMap(\.group).map { ($0.group, $0.settings) })
    for meeting in workload.acts.compactMap(\.meeting) {
      let percent = groups[meeting.group]??.quorumPercent ?? 0
      let all = meeting.present.count + meeting.absent.count
      #expect(meeting.present.count * 100 >= all * percent)
    }
  }

  @Test func `a third of persons and groups have a name in their region's script`() throws {
    let acts = try Sample.workload(blocks: 6, devices: 60, meetings: 1).acts
    let isLatin = { (name: String) in name.utf8.allSatisfy { $0 < 0x80 } }
    let women = acts.compactMap(\.member).map(\.name)
    #expect((28...38).contains(women.count { !isLatin($0) } * 100 / women.count))
    let groups = acts.compactMap(\.group).filter { $0.tier == 1 }.map(\.name)
    #expect((15...50).contains(groups.count { !isLatin($0) } * 100 / groups.count))
  }

  @Test func `a device for each block, and meetings for each device`() throws {
    let workload = try Sample.workload(blocks: 5, devices: 12, meetings: 4)
    let keepers = workload.phones.filter { $0.role == .bookkeeper }
    #expect(keepers.count == 12)
    #expect(Set(keepers.map(\.block)).count == 5)
    for keeper in keepers {
      let meetings = workload.acts.filter { $0.phone == keeper.phone }.compactMap(\.meeting)
      #expect(meetings.count { $0.kind != .cutoff && $0.kind != .closing && $0.replaces == nil } == 4)
      #expect((1...3).contains(keeper.groups.count))
    }
    #expect(throws: SimulationError.tooFewDevices(devices: 4, blocks: 5)) {
      try Sample.workload(blocks: 5, devices: 4)
    }
  }

  /// What a line adds to the cash in hand, from the words of the registers.
  private func cashEffect(_ line: MoneyDeed) -> Int64 {
    let paise = line.reverses == nil ? line.paise : -line.paise
    switch line.kind {
    case 1...4, 11...14, 112, 113, 401: return paise
    case 5...8, 10, 16, 202...204, 207...213, 215...217, 400: return -paise
    case 501 where line.debit == 1001: return paise
    default: return 0
    }
  }
}
