package import LokBooks
package import LokShard

/// What the operator sees of a block's devices: who they are, by the shard, and what they have carried, by
/// the traffic files of the months that there are.
package struct DeviceActivity: Sendable {
  package var device: ShardInspector.Device
  package var today: TrafficNote
  package var recent: TrafficNote
  /// Of a connection or of a set that came otherwise; 0 = never.
  package var lastContact: Timestamp

  /// Every device of the block, ascending by number.
  ///
  /// - Parameter days: how many, today included, `recent` is of.
  /// - Throws: as `ShardInspector`; `SQLiteError` for a traffic file that cannot be read.
  package static func read(
    _ block: BlockCode, in directory: DataDirectory, days: Int32, at now: Timestamp
  ) throws -> [DeviceActivity] {
    let devices = try ShardInspector(path: directory.shard(of: block), block: block).devices()
    let history = try TrafficHistory(folder: directory.opsFolder)
    let today = Day(of: now)
    let ofToday = try history.sums(of: block, from: today, through: today)
    let recent = try history.sums(of: block, from: today.advanced(by: 1 - days), through: today)
    // Before the days that are asked for, too.
    let ever = try history.sums(of: block, from: nil, through: today)
    return devices.map { device in
      let number = DeviceNumber(device.number)
      let contacts = [device.lastReceived, ever[number]?.lastContact.milliseconds ?? 0]
      return DeviceActivity(
        device: device, today: ofToday[number] ?? TrafficNote(), recent: recent[number] ?? TrafficNote(),
        lastContact: Timestamp(milliseconds: contacts.max() ?? 0))
    }
  }
}
