import Foundation

/// What a process has used, as Linux counts it; zeroes where it does not say.
struct ProcessUsage: Sendable {
  var cpuSeconds = 0.0
  /// Of pages that are in memory now, and at most so far.
  var residentBytes = 0
  var residentBytesMost = 0
  /// Bytes that were handed to the disk.
  var writtenBytes = 0

  init(of process: Int32) {
    cpuSeconds = ProcessClock.seconds(of: process) ?? 0
    if let status = Self.text(process, "status") {
      residentBytes = 1_024 * (Self.number(after: "VmRSS:", in: status) ?? 0)
      residentBytesMost = 1_024 * (Self.number(after: "VmHWM:", in: status) ?? 0)
    }
    if let io = Self.text(process, "io") { writtenBytes = Self.number(after: "write_bytes:", in: io) ?? 0 }
  }

  /// Memory in use, of pages that other processes use too only its share.
  static func proportionalBytes(of process: Int32) -> Int {
    1_024 * (text(process, "smaps_rollup").flatMap { number(after: "Pss:", in: $0) } ?? 0)
  }

  /// What all processes of the machine have used of its processors; 0 where it does not say.
  static func machineCPUSeconds() -> Double {
    guard let all = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
      let line = all.split(whereSeparator: \.isNewline).first
    else { return 0 }
    // user, nice, system, idle, waiting for a disk, interrupts, their rest, taken by other machines.
    let ticks = line.split(separator: " ").dropFirst().prefix(8).map { Double($0) ?? 0 }
    guard ticks.count == 8 else { return 0 }
    return (ticks.reduce(0, +) - ticks[3] - ticks[4]) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func text(_ process: Int32, _ file: String) -> String? {
    try? String(contentsOfFile: "/proc/\(process)/\(file)", encoding: .utf8)
  }

  private static func number(after name: String, in text: String) -> Int? {
    let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name) }
    return line?.dropFirst(name.count).split(whereSeparator: { " \t".contains($0) }).first.flatMap { Int($0) }
  }
}
