import Foundation
import LokBooks
import LokIntake
import LokTransport
import Logging
import Synchronization

/// The threads of a server's desks: one for the intake, one for blobs, one for each merge and reader desk.
final class ServerThreads: Sendable {
  /// Something that is not Sendable on its way to the one thread that owns it from then on.
  ///
  /// `@unchecked Sendable`: `take` is called once, by the new thread, before the maker goes on to touch it.
  private final class Handover<Value>: @unchecked Sendable {
    private let value: Value
    init(_ value: Value) { self.value = value }
    func take() -> Value { value }
  }

  private let switchboard: Switchboard
  private let intakeStops = Flag()
  private let mergesStop = Flag()
  private let readersStop = Flag()
  private let trafficStops = Flag()
  private let intake: WorkerThread
  private let merges: [WorkerThread]
  private let readers: [WorkerThread]
  private let traffic: WorkerThread
  private let trafficBell: Bell
  private let blobs: WorkerThread
  /// Holds the directory's lock until `stop` is done.
  private let desks: Mutex<Handover<ServerDesks>?>
  private let clock: ServerClock
  private let tuning: ServerTuning

  private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
  }

  /// The desks belong to these threads from now on.
  init(_ desks: ServerDesks, clock: ServerClock, tuning: ServerTuning, logger: Logger) {
    switchboard = desks.switchboard
    self.desks = Mutex(Handover(desks))
    self.clock = clock
    self.tuning = tuning
    let upkeep = Upkeep(
      folder: desks.directory.intakeFolder, switchboard: desks.switchboard, tuning: tuning, logger: logger)
    desks.intake.onFailure = { logger.error("group not stored", metadata: ["reason": "\($0)"]) }
    intake = Self.intakeThread(desks.intake, desks.switchboard, clock, upkeep, intakeStops)
    let (merge, read) = (mergesStop, readersStop)
    trafficBell = Bell()
    desks.traffic.onFailure = { error in
      logger.warning("traffic not counted", metadata: ["reason": "\(error)"])
    }
    traffic = Self.trafficThread(desks.traffic, desks.switchboard.traffic, trafficBell, trafficStops)
    merges = desks.merges.indices.map { worker in
      Self.mergeThread(desks.merges[worker], worker, desks.switchboard, clock, merge, logger)
    }
    readers = zip(desks.readers, desks.switchboard.reads).map { reader, box in
      reader.onFailure = { error, block in
        logger.error("read failed", metadata: ["block": "\(block)", "reason": "\(error)"])
      }
      return Self.readerThread(reader, box, clock, read)
    }
    desks.blobs.onFailure = { error, block in
      logger.error("blob failed", metadata: ["block": "\(block)", "reason": "\(error)"])
    }
    desks.blobs.onDamaged = { hash, block in
      logger.error(
        "damaged blob set aside", metadata: ["block": "\(block)", "blob": "\(hash.hexadecimal)"])
    }
    blobs = Self.blobThread(desks.blobs, desks.switchboard, clock, read)
  }

  private static func intakeThread(
    _ desk: IntakeDesk, _ switchboard: Switchboard, _ clock: ServerClock, _ upkeep: Upkeep, _ stop: Flag
  ) -> WorkerThread {
    let handover = Handover((desk, upkeep))
    return WorkerThread(name: "intake") {
      let (desk, upkeep) = handover.take()
      while true {
        let isLast = stop.isSet
        let messages = switchboard.intake.take()
        if !messages.isEmpty { desk.run(messages, at: clock.now()) }
        upkeep.run(desk, at: clock.now())
        if messages.isEmpty {
          if isLast { return }
          switchboard.intake.wait(milliseconds: Upkeep.everyMilliseconds)
        }
      }
    }
  }

  private static func mergeThread(
    _ desk: MergeDesk, _ worker: Int, _ switchboard: Switchboard, _ clock: ServerClock, _ stop: Flag,
    _ logger: Logger
  ) -> WorkerThread {
    let handover = Handover(desk)
    return WorkerThread(name: "merge-\(worker)") {
      let desk = handover.take()
      desk.onTrouble = { block, reason in
        logger.error("block unavailable", metadata: ["block": "\(block)", "reason": "\(reason)"])
      }
      desk.onReadFailure = { error, block in
        logger.error("read failed", metadata: ["block": "\(block)", "reason": "\(error)"])
      }
      while !stop.isSet {
        if desk.runOne(at: clock.now()) { continue }
        let wake = switchboard.merge.withLock { $0.nextWake(of: worker) }
        let wait = wake.map { max(1, $0.milliseconds - clock.now().instant.milliseconds) }
        switchboard.mergeBells[worker].wait(milliseconds: wait)
      }
      desk.close()
    }
  }

  private static func readerThread(
    _ desk: ReaderDesk, _ box: ReadBox, _ clock: ServerClock, _ stop: Flag
  ) -> WorkerThread {
    let handover = Handover(desk)
    return WorkerThread(name: "reader") {
      let desk = handover.take()
      while !stop.isSet {
        let requests = box.takeBatch()
        if requests.isEmpty { box.wait() } else { desk.run(requests, at: clock.now()) }
      }
      desk.close()
    }
  }

  /// How long notes gather: as much is lost when the process dies.
  private static let trafficMilliseconds: Int64 = 5_000

  private static func trafficThread(
    _ desk: TrafficDesk, _ ledger: TrafficLedger, _ bell: Bell, _ stop: Flag
  ) -> WorkerThread {
    let handover = Handover(desk)
    return WorkerThread(name: "traffic") {
      let desk = handover.take()
      while true {
        let isLast = stop.isSet
        desk.run(ledger.take())
        if isLast { return desk.close() }
        bell.wait(milliseconds: Self.trafficMilliseconds)
      }
    }
  }

  private static func blobThread(
    _ desk: BlobDesk, _ switchboard: Switchboard, _ clock: ServerClock, _ stop: Flag
  ) -> WorkerThread {
    let handover = Handover(desk)
    return WorkerThread(name: "blobs") {
      let desk = handover.take()
      while !stop.isSet {
        let requests = switchboard.blobs.take()
        if requests.isEmpty {
          switchboard.blobs.wait(milliseconds: nil)
        } else {
          desk.run(requests, at: clock.now())
        }
      }
      desk.close()
    }
  }

  /// First the intake empties its box, then what it stored is merged as far as time allows: the log has
  /// the rest.
  func stop() async {
    intakeStops.set()
    switchboard.intake.ring()
    await intake.joined()
    let end = clock.now().instant + tuning.stopping
    while !switchboard.merge.withLock({ $0.isIdle }), clock.now().instant < end {
      try? await Task.sleep(for: .milliseconds(10))
    }
    mergesStop.set()
    readersStop.set()
    for bell in switchboard.mergeBells { bell.ring() }
    for box in switchboard.reads { box.ring() }
    trafficStops.set()
    trafficBell.ring()
    switchboard.blobs.ring()
    for thread in merges + readers + [traffic, blobs] { await thread.joined() }
    desks.withLock { $0 = nil }
  }
}

/// What the intake's thread looks after between groups.
final class Upkeep {
  static let everyMilliseconds: Int64 = 2_000
  private static let removalEvery: Duration = .seconds(300)
  private let folder: String
  private let switchboard: Switchboard
  private let tuning: ServerTuning
  private let logger: Logger
  private var nextLook: Instant?
  private var nextRemoval: Instant?

  init(folder: String, switchboard: Switchboard, tuning: ServerTuning, logger: Logger) {
    self.folder = folder
    self.switchboard = switchboard
    self.tuning = tuning
    self.logger = logger
  }

  func run(_ desk: IntakeDesk, at now: Session.Now) {
    if let nextLook, now.instant < nextLook { return }
    nextLook = now.instant + .milliseconds(Self.everyMilliseconds)
    look(desk)
    if let nextRemoval, now.instant < nextRemoval { return }
    nextRemoval = now.instant + Self.removalEvery
    remove(desk, at: now)
  }

  private func look(_ desk: IntakeDesk) {
    guard let space = try? FreeSpace(path: folder) else { return }
    let wanted = min(Double(space.totalBytes) * tuning.freeFraction, Double(tuning.freeBytesEnough))
    let isLow = Double(space.availableBytes) < wanted
    if isLow != desk.isStorageLow {
      logger.warning("free space changed", metadata: ["bytes": "\(space.availableBytes)", "low": "\(isLow)"])
    }
    desk.isStorageLow = isLow
    switchboard.isStorageLow.store(isLow, ordering: .relaxed)
  }

  private func remove(_ desk: IntakeDesk, at now: Session.Now) {
    do {
      let archive = tuning.archive.wholeMilliseconds
      for name in try desk.removeFiles(archiveMilliseconds: archive, at: now) {
        logger.info("log file removed", metadata: ["file": "\(name)"])
      }
    } catch {
      logger.error("log files not removed", metadata: ["reason": "\(error)"])
    }
  }
}
