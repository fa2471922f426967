import LokShard

/// All that an operator asks of one block at once; its JSON is the answer for machines.
package struct ShardOverview: Encodable, Sendable {
  let summary: ShardInspector.Summary
  let trialBalance: [ShardInspector.AccountBalance]
  let devices: [ShardInspector.Device]
  let setAside: [ShardInspector.Aside]
  let quarantine: [ShardInspector.Quarantined]
  let conflicts: [ShardInspector.Conflict]

  init(_ inspector: ShardInspector) throws {
    summary = try inspector.summary()
    trialBalance = try inspector.trialBalance()
    devices = try inspector.devices()
    setAside = try inspector.setAside()
    quarantine = try inspector.quarantine()
    conflicts = try inspector.conflicts()
  }
}
