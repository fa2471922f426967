/// What the poor links of a run have carried, and how long its syncs took on them.
package struct LinkReport: Codable, Sendable {
  package var profile: String
  /// Connections that were dialled.
  package var sessions = 0
  package var sessionsCut = 0
  /// Large packets vanished: the phone gave up, and asked for small ones.
  package var sessionsStalled = 0
  /// Of frames, on the average.
  package var bytesUpPerPhone: Double
  package var bytesDownPerPhone: Double
  /// From dialling until all was done, in the time of the link; the waits for a link that is down and the
  /// sessions that were cut are in it.
  package var syncs: RunReport.Latencies

  init(_ profile: LinkProfile, _ phones: [PhoneLink.Tally], syncs: RunReport.Latencies) {
    self.profile = profile.name
    self.syncs = syncs
    sessions = phones.reduce(0) { $0 + $1.sessions }
    sessionsCut = phones.reduce(0) { $0 + $1.cut }
    sessionsStalled = phones.reduce(0) { $0 + $1.stalled }
    let count = Double(max(1, phones.count))
    bytesUpPerPhone = Double(phones.reduce(0) { $0 + $1.bytesUp }) / count
    bytesDownPerPhone = Double(phones.reduce(0) { $0 + $1.bytesDown }) / count
  }
}
