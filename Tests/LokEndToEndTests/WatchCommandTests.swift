import Testing

/// `device watch` as people start it, with a real server and without one.
@Suite struct WatchCommandTests {
  @Test(.timeLimit(.minutes(1)))
  func `a watch that finds no server ends with unavailable, one with nothing new with 0`() async throws
  {
    let bench = try await Bench()
    _ = try await bench.enrolled("asha.sqlite")
    let watch = ["device", "watch", "--store", "asha.sqlite", "--for", "1"]
    #expect(await bench.run(watch) == 0)
    await bench.end()
    #expect(await bench.run(watch) == 69)
  }
}
