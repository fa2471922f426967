package import LokDevice
import LokTransport
import LokWire
import Synchronization

/// The poor link of one phone, in front of a server that runs: what its sessions send passes the model of a
/// profile and then goes over a real connection.
///
/// Time on the link is reckoned, not waited for: a year over 20 kbit/s takes as long as the machine needs for
/// the work, and how busy it is changes no figure. The server's own time counts as nothing.
package final class PhoneLink: Sendable {
  /// What all sessions of the phone had of the link.
  package struct Tally: Hashable, Sendable {
    /// Connections that were dialled.
    package var sessions = 0
    package var cut = 0
    /// Large packets vanished, and the phone gave up.
    package var stalled = 0
    /// Of frames with their lengths and of the preface, as far as they arrived.
    package var bytesUp = 0
    package var bytesDown = 0
    /// Milliseconds on the link, waiting for it included.
    package var milliseconds: Int64 = 0
  }

  private struct State {
    var weather: LinkWeather
    var tally = Tally()
    var wasCut = false
    /// The server has not heard that it is over.
    var abandoned: (any FrameLink)?
  }

  package let profile: LinkProfile
  private let state: Mutex<State>

  /// - Parameter seed: the run's.
  package init(_ profile: LinkProfile, seed: UInt64, phone: Int) {
    self.profile = profile
    state = Mutex(State(weather: LinkWeather(profile, seed: seed, phone: phone)))
  }

  package var tally: Tally { state.withLock { $0.tally } }

  /// Connections of `dialing`, behind this link. One at a time.
  package func dialing(_ dialing: Dialing) -> Dialing {
    Dialing { [self] address in
      let spell = begin()
      let connected = LinkedSession.connecting(over: profile)
      if let cut = spell.cutAfterMilliseconds, cut < connected {
        ended(.cut, after: cut)
        throw TransportError.closedByPeer
      }
      let certificate = LinkedSession.certificateBytes + LinkDirection.headerBytes
      guard address.segments == .small || profile.carries(packet: certificate) else {
        ended(.stalled, after: Self.stalling(over: profile))
        throw TransportError.connectTimeout
      }
      let inner = try await dialing.connect(address)
      // The server learns late that the phone has long gone: until now it had two connections of it.
      state.withLock { $0.abandoned.take() }?.close()
      return ShapedLink(inner, of: self, spell, segments: address.segments)
    }
  }

  /// From dialling until a phone gives up a handshake of which nothing comes.
  static func stalling(over profile: LinkProfile) -> Int64 {
    let connecting = Duration.milliseconds(profile.roundTripMilliseconds)
    return (connecting + Dialer.handshakeTime(after: connecting)).wholeMilliseconds
  }

  private func begin() -> LinkWeather.Spell {
    state.withLock { state in
      let spell = state.weather.next(wasCut: state.wasCut)
      state.wasCut = false
      state.tally.sessions += 1
      state.tally.milliseconds += spell.waitMilliseconds
      return spell
    }
  }

  /// - Parameter inner: a connection of which the server has to think that it goes on.
  func ended(_ course: LinkCourse, leaving inner: (any FrameLink)?) {
    state.withLock { state in
      state.tally.bytesUp += course.bytesUp
      state.tally.bytesDown += course.bytesDown
      state.abandoned = inner
    }
    ended(course.end, after: course.milliseconds)
  }

  private func ended(_ end: LinkCourse.End?, after milliseconds: Int64) {
    state.withLock { state in
      state.tally.milliseconds += milliseconds
      switch end {
      case .cut:
        state.tally.cut += 1
        state.wasCut = true
      case .stalled: state.tally.stalled += 1
      case nil: break
      }
    }
  }
}
