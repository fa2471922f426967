import Foundation
import Testing

/// A conversation explained while it goes on.
@Suite(.enabled(if: LoksyncProcess.executable != nil, "no loksync executable beside the tests"))
struct WireExplainTests {
  @Test(.timeLimit(.minutes(1)))
  func `frames are explained as they are captured, also into a pipe`() async throws {
    let bench = try await Bench()
    _ = try await bench.enrolled("asha.sqlite")
    let capture = bench.folder.path("asha.capture")
    #expect(await bench.run("device", "sync", "--store", "asha.sqlite", "--capture", capture) == 0)
    let explain = Process()
    explain.executableURL = URL(fileURLWithPath: LoksyncProcess.executable ?? "")
    explain.arguments = ["wire", "explain", capture, "--live"]
    let output = Pipe()
    explain.standardOutput = output
    try explain.run()
    defer { explain.terminate() }
    // It goes on for ever: what can be read was not kept back for its end.
    #expect(try output.fileHandleForReading.read(upToCount: 2) == Data("up".utf8))
    #expect(explain.isRunning)
    await bench.end()
  }
}
