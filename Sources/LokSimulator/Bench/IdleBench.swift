import Foundation
import LokBooks
import LokDevice
import LokTransport
import LokWire

/// What a server keeps in memory for a connection that has said Hello and then is silent.
package struct IdleBench: Sendable {
  package struct Options: Sendable {
    package var directory: String
    package var data: String
    package var executable: String
    package var connections = 1_000
    package var isInsecure = false
    package init(directory: String, data: String, executable: String) {
      self.directory = directory
      self.data = data
      self.executable = executable
    }
  }

  package struct Report: Codable, Sendable {
    package var connections: Int
    package var isInsecure: Bool
    package var connectSeconds: Double
    /// Of the server's memory, its share of pages that others use too; before and with the connections.
    package var bytesBefore: Int
    package var bytesWith: Int
    /// After all have gone.
    package var bytesAfter: Int
    /// Used in two seconds of silence.
    package var idleCPUSeconds: Double
    /// Connections that answered once more at the end, of those that were asked.
    package var stillAnswering: Int
    package var asked: Int
    package var serverExitCode: Int32
  }

  /// Made and closed before anything is measured: what the first connections cost once is no connection's.
  private static let warmUp = 200
  /// Ports of one loopback address that are used; the system gives about 28,000.
  private static let perAddress = 10_000
  private static let atATime = 64
  private static let askedAgain = 100

  private let options: Options
  package init(_ options: Options) { self.options = options }

  /// - Throws: `SimulationError`, and what a connection throws.
  package func run() async throws -> Report {
    let block = try ServedDirectory.blocks(1, of: options.directory)[0]
    var (report, code) = try await ServedDirectory.run(
      .init(
        directory: options.directory, data: options.data, executable: options.executable,
        isInsecure: options.isInsecure)
    ) { served in
      // All of them are one phone's: a session costs the same whoever has it.
      let phone = try await served.register(in: block)
      return try await measure(phone, served)
    }
    report.serverExitCode = code
    return report
  }

  private func measure(_ phone: PeakPhone, _ served: ServedDirectory) async throws -> Report {
    let memory = { ProcessUsage.proportionalBytes(of: served.process) }
    for link in try await connect(Self.warmUp, phone, served) { link.close() }
    try await Task.sleep(for: .seconds(2))
    let before = memory()
    let begin = ContinuousClock.now
    let links = try await connect(options.connections, phone, served)
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    try await Task.sleep(for: .seconds(1))
    let usage = ProcessUsage(of: served.process)
    try await Task.sleep(for: .seconds(2))
    let idle = ProcessUsage(of: served.process).cpuSeconds - usage.cpuSeconds
    let with = memory()
    let asked = links.indices.filter { $0 % max(1, links.count / Self.askedAgain) == 0 }
    var answering = 0
    for place in asked where (try? await Self.sayHello(phone, over: links[place], call: 101)) != nil {
      answering += 1
    }
    for link in links { link.close() }
    try await Task.sleep(for: .seconds(2))
    return Report(
      connections: links.count, isInsecure: options.isInsecure, connectSeconds: seconds, bytesBefore: before,
      bytesWith: with, bytesAfter: memory(), idleCPUSeconds: idle, stillAnswering: answering,
      asked: asked.count, serverExitCode: 0)
  }

  /// Of this computer, and of this process: ports of another one's closed connections rest for a minute.
  static func address(_ number: Int) -> String {
    let process = Int(getpid())
    return "127.\(1 + process / 250 % 250).\(process % 250).\(2 + number)"
  }

  /// Connections that have said Hello.
  private func connect(
    _ count: Int, _ phone: PeakPhone, _ served: ServedDirectory
  ) async throws -> [any FrameLink] {
    try await withThrowingTaskGroup(of: (any FrameLink).self) { tasks in
      var links: [any FrameLink] = []
      links.reserveCapacity(count)
      for place in 0..<count {
        if place >= Self.atATime, let link = try await tasks.next() { links.append(link) }
        let source = Self.address(place / Self.perAddress)
        tasks.addTask {
          let link = try await Dialing.tcp(served.group, from: source).connect(served.address)
          try await Self.sayHello(phone, over: link, call: 1)
          return link
        }
      }
      for try await link in tasks { links.append(link) }
      return links
    }
  }

  private static func sayHello(_ phone: PeakPhone, over link: any FrameLink, call: UInt32) async throws {
    var session = PeakSession(phone, firstCall: call, isOneByOne: false)
    try await session.run(over: link)
  }
}
