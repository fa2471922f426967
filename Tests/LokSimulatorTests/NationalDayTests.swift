import Foundation
import LokDevice
import LokSimulator
import Synchronization
import Testing

/// A day in small: everybody calls at her time, and all that was written is there once.
@Suite(.enabled(if: Run.executable != nil, "no loksync executable beside the tests"))
struct NationalDayTests {
  @Test func `the curve is a whole day with a quarter of it in the peak hour`() {
    #expect(DayCurve.perMille.count == 24 && DayCurve.perMille.reduce(0, +) == 1_000)
    #expect(DayCurve.perMille[DayCurve.peakHour] == 250 && DayCurve.perMille.max() == 250)
    // Five crore a day, as the domain facts have it of weekly meetings.
    let day = Double(DayCurve.burst) / DayCurve.burstFactor * 3_600 * 4
    #expect((4.9e7...5.1e7).contains(day))
  }

  @Test func `a small day is played, proven and adds up`() async throws {
    let folder = try TemporaryFolder()
    var options = NationalDay.Options(
      directory: try Sample.directoryFile(in: folder), data: folder.path("data"),
      executable: try #require(Run.executable))
    options.makeQuick()
    let report = try await NationalDay(options, silent: true).run()
    let proof = try #require(report.proof)
    #expect(proof.isGood, "\(proof)")
    #expect(report.serverExitCode == 0 && report.hours.count == 24)
    let rows = report.hours + [report.burst]
    #expect(report.burst.small.count > 20 && report.burst.firstSyncs.count + report.burst.looks.count > 20)
    #expect(rows.contains { $0.lagging.count > 0 })
    #expect(rows.allSatisfy { $0.small.count == 0 || $0.small.p50 > 0 })
    #expect(report.answersLost > 0 && report.setsReceived > 0 && report.snapshots > 0)
    // Who came again for an answer that was lost is measured by herself, and nowhere else.
    let measured = { (kinds: [KeyPath<DayReport.Row, RunReport.Latencies>]) in
      rows.reduce(0) { sum, row in kinds.reduce(sum) { $0 + row[keyPath: $1].count } }
    }
    #expect((1...report.answersLost).contains(measured([\.repeated])))
    #expect(report.burst.repeated.count == 0 || report.burst.repeated.p50 > 0)
    // Each phone that comes after days brings meetings of days, also the second time.
    #expect(report.laggingDaysLeast >= 5 && report.laggingDaysMost <= 14)
    #expect(report.reconnectedBefore == 0 && proof.differences.isEmpty)
    // The burst is three times the peak hour, and the night far below both.
    let offered = report.hours.map(\.offeredPerSecond)
    #expect(abs(report.burst.offeredPerSecond / 1_200 - 1) < 0.05)
    #expect(abs((offered.max() ?? 0) / 400 - 1) < 0.2 && offered[2] < 60)
    // What is measured is measured; whether a busy machine holds the rate is not a test's to say.
    #expect(report.burst.committedChanges > 0 && report.burst.serverCPUSeconds > 0)
  }

  @Test(.timeLimit(.minutes(2)))
  func `connections that the server closes, or that hang, are dialled anew and counted`() async throws {
    let folder = try TemporaryFolder()
    var options = NationalDay.Options(
      directory: try Sample.directoryFile(in: folder), data: folder.path("data"),
      executable: try #require(Run.executable))
    options.makeQuick()
    (options.blocks, options.rate, options.burstSeconds) = (6, 300, 2)
    options.callLimit = .milliseconds(700)
    let faults = Faults()
    options.dialing = { dialing in
      Dialing { address in faults.next(over: try await dialing.connect(address)) }
    }
    let report = try await NationalDay(options, silent: true).run()
    #expect(report.proof?.isGood == true, "\(String(describing: report.proof))")
    let (closed, hung) = faults.counts
    #expect(closed > 3 && hung > 3)
    let rows = report.hours + [report.burst]
    let reconnected = rows.reduce(report.reconnectedBefore) { $0 + $1.reconnected }
    // The lead-in is no row; a slow machine may add its own.
    #expect(report.reconnectedBefore > 0 && reconnected > report.reconnectedBefore)
  }
}

/// Every fifth connection is closed when the first answer is there; every seventh says nothing for ever.
private final class Faults: Sendable {
  private struct Counts {
    var dialled = 0
    var closed = 0
    var hung = 0
  }
  private let sums = Mutex(Counts())
  var counts: (closed: Int, hung: Int) { sums.withLock { ($0.closed, $0.hung) } }

  func next(over link: any FrameLink) -> any FrameLink {
    sums.withLock { sums in
      sums.dialled += 1
      if sums.dialled % 7 == 0 {
        sums.hung += 1
        return BadLink(link, hangs: true)
      }
      guard sums.dialled % 5 == 0 else { return link }
      sums.closed += 1
      return BadLink(link, hangs: false)
    }
  }
}

/// A link whose server answers once at most.
private final class BadLink: FrameLink {
  private let link: any FrameLink
  private let hangs: Bool
  private let answered = Mutex(false)

  init(_ link: any FrameLink, hangs: Bool) {
    self.link = link
    self.hangs = hangs
  }

  func send(_ frames: [[UInt8]]) { link.send(frames) }
  func close() { link.close() }
  func takeFrames(upTo bytes: Int) { link.takeFrames(upTo: bytes) }
  var bytesUp: Int { link.bytesUp }
  var bytesDown: Int { link.bytesDown }

  func receive() async throws -> [[UInt8]]? {
    if hangs {
      // Until this side gives up.
      while try await link.receive() != nil {}
      return nil
    }
    let wasAnswered = answered.withLock { answered in
      defer { answered = true }
      return answered
    }
    guard !wasAnswered else { return nil }
    return try await link.receive()
  }
}
