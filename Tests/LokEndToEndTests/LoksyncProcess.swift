import Foundation
import Glibc
import LokTransport

/// `loksync serve` as a process of its own, to be killed.
final class LoksyncProcess {
  /// Built beside the tests; nil where it was not.
  static let executable: String? = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    for _ in 0..<4 {
      let candidate = folder.appendingPathComponent("loksync").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    return nil
  }()

  let listen: HostPort
  private let process: Process

  /// Returns when phones can come.
  init(data: String) async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.executable ?? "")
    process.arguments = [
      "serve", "--data", data, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--insecure",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = process
    listen = try await Self.address(in: output.fileHandleForReading)
  }

  private struct DidNotStart: Error { let printed: String }

  /// From the first line that the server prints: "Phones  127.0.0.1:PORT".
  private static func address(in output: FileHandle) async throws -> HostPort {
    let printed = await withCheckedContinuation { continuation in
      let thread = Thread {
        var text = ""
        while !text.contains("Admin"), let more = try? output.read(upToCount: 1), !more.isEmpty {
          text += String(decoding: more, as: UTF8.self)
        }
        continuation.resume(returning: text)
      }
      thread.start()
    }
    let words = printed.split { $0 == " " || $0 == "\n" }
    guard let address = words.compactMap({ HostPort(String($0)) }).first(where: { $0.port > 0 }) else {
      throw DidNotStart(printed: printed)
    }
    return address
  }

  /// As when the power goes, for this process.
  func kill() {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// In good order.
  func stop() {
    process.terminate()
    process.waitUntilExit()
  }

  deinit { if process.isRunning { kill() } }
}
