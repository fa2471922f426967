/// Puts the calls of a day, and the looks at its server, into rows.
struct DayTally {
  let plan: DayPlan
  let begin: ContinuousClock.Instant
  let outcomes: [DayVisit.Outcome]
  let samples: [DayWatch.Sample]

  func rows() -> (hours: [DayReport.Row], burst: DayReport.Row?) {
    var hours: [DayReport.Row] = []
    var burst: DayReport.Row?
    var from = begin
    for (place, stretch) in plan.stretches.enumerated() {
      let until = from + .seconds(stretch.seconds)
      switch stretch.part {
      case .hour(let hour): hours.append(row(place, hour, stretch, from..<until))
      case .leadIn: break
      case .burst: burst = row(place, nil, stretch, from..<until)
      }
      from = until
    }
    return (hours, burst)
  }

  private func row(
    _ place: Int, _ hour: Int?, _ stretch: DayCurve.Stretch, _ time: Range<ContinuousClock.Instant>
  ) -> DayReport.Row {
    let calls = outcomes.filter { $0.arrival.stretch == place }
    let heard = calls.filter { !$0.arrival.losesAnswer }
    let looks = samples.filter { time.contains($0.at) }
    let (server, load) = (used(\.serverCPUSeconds, in: time), used(\.loadCPUSeconds, in: time))
    return DayReport.Row(
      hour: hour, seconds: stretch.seconds, syncs: calls.count,
      offeredChanges: calls.reduce(0) { $0 + $1.arrival.sets } * DayPlan.changesPerSet,
      committedChanges: outcomes.reduce(0) { sum, call in
        call.committed.reduce(sum) { time.contains($1.at) ? $0 + $1.changes : $0 }
      },
      // Whose link was made to break waits longer for that.
      small: Measures.latencies(heard.filter { $0.arrival.purpose == .small }.compactMap(\.upload)),
      lagging: Measures.latencies(heard.filter(\.arrival.purpose.isLagging).compactMap(\.upload)),
      repeated: Measures.latencies(calls.filter(\.arrival.losesAnswer).compactMap(\.upload)),
      looks: Measures.latencies(
        calls.filter { [.look, .blockLook].contains($0.arrival.purpose) }.map(\.whole)),
      firstSyncs: Measures.latencies(calls.filter { $0.arrival.purpose == .firstSync }.map(\.whole)),
      cameAgain: calls.reduce(0) { $0 + $1.cameAgain },
      reconnected: calls.reduce(0) { $0 + $1.reconnected }, waitingMost: looks.map(\.waiting).max() ?? 0,
      serverCPUSeconds: server, loadCPUSeconds: load,
      otherCPUSeconds: max(0, used(\.machineCPUSeconds, in: time) - server - load))
  }

  /// Between the looks nearest to both ends.
  private func used(
    _ what: KeyPath<DayWatch.Sample, Double>, in time: Range<ContinuousClock.Instant>
  ) -> Double {
    reading(what, at: time.upperBound) - reading(what, at: time.lowerBound)
  }

  private func reading(_ what: KeyPath<DayWatch.Sample, Double>, at moment: ContinuousClock.Instant) -> Double
  {
    let before = samples.last { $0.at <= moment } ?? samples.first
    let after = samples.first { $0.at > moment } ?? samples.last
    guard let before, let after else { return 0 }
    guard after.at > before.at, moment > before.at else { return before[keyPath: what] }
    let part = min(1, (moment - before.at) / (after.at - before.at))
    return before[keyPath: what] + part * (after[keyPath: what] - before[keyPath: what])
  }
}

extension DayPlan.Purpose {
  var isLagging: Bool {
    if case .lagging = self { true } else { false }
  }
}
