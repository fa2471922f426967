import LokBooks
import LokTransport
import LokWire
import NIOCore
import Synchronization

/// The sessions of one event loop. Touched on that loop only.
///
/// `@unchecked Sendable`: every member is used on `eventLoop`, which each entry asserts; others only pass
/// the reference on.
final class SessionLoop: @unchecked Sendable {
  let index: Int
  let eventLoop: any EventLoop
  private var sessions: [UInt64: SessionDriver] = [:]
  private var sessionsOfDevice: [DeviceKey: Set<UInt64>] = [:]
  private var followersOfBlock: [BlockCode: Set<UInt64>] = [:]
  private let followers = Atomic(0)
  private var lastSession: UInt64 = 0

  struct DeviceKey: Hashable {
    var block: BlockCode
    var device: DeviceNumber
  }

  init(index: Int, eventLoop: any EventLoop) {
    self.index = index
    self.eventLoop = eventLoop
  }

  /// How often connections that stay tell what they have carried.
  private static let trafficInterval = TimeAmount.seconds(20)

  /// Until the loop ends.
  func startCounting() {
    eventLoop.scheduleRepeatedTask(initialDelay: Self.trafficInterval, delay: Self.trafficInterval) { _ in
      for driver in self.sessions.values { driver.postTraffic() }
    }
  }

  /// Its number on this loop, never repeated.
  func add(_ driver: SessionDriver) -> UInt64 {
    eventLoop.assertInEventLoop()
    lastSession += 1
    sessions[lastSession] = driver
    return lastSession
  }

  /// From now on the session hears of this device's standing.
  func watch(_ key: DeviceKey, session: UInt64) {
    eventLoop.assertInEventLoop()
    sessionsOfDevice[key, default: []].insert(session)
  }

  /// From now on the session hears when the block has something new.
  func follow(_ block: BlockCode, session: UInt64) {
    eventLoop.assertInEventLoop()
    if followersOfBlock[block, default: []].insert(session).inserted {
      followers.add(1, ordering: .sequentiallyConsistent)
    }
  }

  /// Read by any thread: where nobody follows, nobody has to be woken. A follower that it misses has yet to
  /// ask for its first page.
  var hasFollowers: Bool { followers.load(ordering: .sequentiallyConsistent) > 0 }

  func remove(_ session: UInt64, watching keys: Set<DeviceKey>, following blocks: Set<BlockCode>) {
    eventLoop.assertInEventLoop()
    sessions[session] = nil
    for block in blocks where followersOfBlock[block]?.remove(session) != nil {
      followers.subtract(1, ordering: .sequentiallyConsistent)
      if followersOfBlock[block]?.isEmpty == true { followersOfBlock[block] = nil }
    }
    for key in keys {
      sessionsOfDevice[key]?.remove(session)
      if sessionsOfDevice[key]?.isEmpty == true { sessionsOfDevice[key] = nil }
    }
  }

  func deliver(_ deliveries: [Delivery]) {
    eventLoop.assertInEventLoop()
    for delivery in deliveries {
      sessions[delivery.caller.session]?.answered(delivery.answer, to: delivery.caller.call)
    }
  }

  func tell(_ standings: [StandingChange]) {
    eventLoop.assertInEventLoop()
    for change in standings {
      let key = DeviceKey(block: change.block, device: change.device)
      for session in (sessionsOfDevice[key] ?? []).sorted() {
        sessions[session]?.standingChanged(key, to: change.reason)
      }
    }
  }

  func moved(_ block: BlockCode) {
    eventLoop.assertInEventLoop()
    for session in (followersOfBlock[block] ?? []).sorted() { sessions[session]?.moved(block) }
  }

  func wake(_ session: UInt64) {
    eventLoop.assertInEventLoop()
    sessions[session]?.wake()
  }

  func stop() {
    eventLoop.assertInEventLoop()
    for driver in Array(sessions.values) { driver.stop() }
  }

  func closeAll() {
    eventLoop.assertInEventLoop()
    for driver in Array(sessions.values) { driver.close() }
  }

  var count: Int {
    eventLoop.assertInEventLoop()
    return sessions.count
  }
}

/// Takes answers to the loops of their sessions: one hop per loop and batch.
final class LoopCourier: Courier {
  let loops: [SessionLoop]
  init(loops: [SessionLoop]) { self.loops = loops }

  func deliver(_ deliveries: [Delivery], after standings: [StandingChange]) {
    guard !standings.isEmpty else { return deliver(deliveries) }
    let told = loops.map { loop in loop.eventLoop.submit { loop.tell(standings) } }
    EventLoopFuture.andAllComplete(told, on: loops[0].eventLoop).whenComplete { _ in
      self.deliver(deliveries)
    }
  }

  func moved(_ block: BlockCode) {
    for loop in loops where loop.hasFollowers { loop.eventLoop.execute { loop.moved(block) } }
  }

  private func deliver(_ deliveries: [Delivery]) {
    for (index, mine) in Dictionary(grouping: deliveries, by: \.caller.loop) {
      guard loops.indices.contains(index) else { continue }
      let loop = loops[index]
      loop.eventLoop.execute { loop.deliver(mine) }
    }
  }
}
