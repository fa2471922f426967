import Foundation
import LokServer
import Testing

/// A server that somebody else's program has started.
@Suite(.enabled(if: LoksyncProcess.executable != nil, "no loksync executable beside the tests"))
struct EndOfInputTests {
  @Test(.timeLimit(.minutes(1)))
  func `a server that was asked to ends in good order with the program that started it`() async throws {
    let folder = try TemporaryFolder()
    let data = try DataDirectory.create(
      path: folder.path("data"), directoryCSV: try folder.write(Bench.directory, as: "blocks.csv"), hosts: [],
      now: Bench.now)
    let server = Process()
    server.executableURL = URL(fileURLWithPath: LoksyncProcess.executable ?? "")
    server.arguments = [
      "serve", "--data", data.path, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--insecure",
      "--until-input-ends",
    ]
    let (input, output) = (Pipe(), Pipe())
    server.standardInput = input
    server.standardOutput = output
    server.standardError = FileHandle.nullDevice
    try server.run()
    // It has come as far as to say where phones come.
    #expect(try output.fileHandleForReading.read(upToCount: 6) == Data("Phones".utf8))
    #expect(server.isRunning)
    try input.fileHandleForWriting.close()
    while server.isRunning { try await Task.sleep(for: .milliseconds(20)) }
    #expect(server.terminationStatus == 0 && server.terminationReason == .exit)
  }
}
