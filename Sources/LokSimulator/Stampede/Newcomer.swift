import LokBooks
import LokDevice
import LokTransport
import LokWire

/// A phone that registers when all others come back, and fetches all there is of its block.
struct Newcomer: FieldPhone {
  let number: Int
  let block: BlockCode
  let path: String
  let server: ServerAddress
  let code: String
  let dialing: Dialing
  let thread: StoreThread
  let now: Timestamp

  /// - Returns: how long it took, and how often it had to dial.
  func arrive() async throws -> (wait: Duration, dials: Int) {
    let began = ContinuousClock.now
    let watch = UploadWatch()
    let agent = try await open(watch.dialing(dialing))
    var backoff = Backoff(longest: .seconds(10))
    var chance = SystemRandomNumberGenerator()
    while true {
      do {
        try await agent.register(server: server, code: code)
        break
      } catch DeviceError.registration(let status) where status.next == .wait && backoff.attempts < 100 {
        try await Task.sleep(
          for: backoff.wait(retryAfterMilliseconds: status.retryAfterMilliseconds, using: &chance))
      } catch let error as TransportError where error.mayPass && backoff.attempts < 100 {
        try await Task.sleep(for: backoff.wait(using: &chance))
      }
    }
    // One dial was the registration's.
    let homecoming = try await Homecoming.of(agent, phone: number, watch)
    return (.now - began, max(0, homecoming.dials - 1))
  }

  /// After its last sync it holds what the server holds.
  func agrees() async throws -> Bool {
    let agent = try await open(dialing)
    guard try await agent.syncUntilDone(attempts: 8).outcome == .done else { return false }
    let compared = try await agent.digests()
    return !compared.isEmpty && compared.allSatisfy { $0.isEqual == true }
  }

  private func open(_ dialing: Dialing) async throws -> DeviceAgent {
    let now = now
    return try await DeviceAgent.open(
      path: path, block: block, thread: thread,
      surroundings: .init(dialing: dialing, clock: { now }, appBuild: "simulator"))
  }
}
