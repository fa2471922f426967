import Foundation
package import LokBooks
package import LokDevice
package import LokText

/// Receipts of a phone, a line each.
package enum ReceiptText {
  package static func list(
    _ receipts: [HeldReceipt], _ block: BlockCode, in messages: Messages = Speech.messages
  ) -> String {
    guard !receipts.isEmpty else { return messages.text(ReceiptKey.none) }
    let keys: [ReceiptKey] = [.set, .group, .what, .standing, .signature]
    var table = Table(keys.map { .init(messages.text($0)) })
    for receipt in receipts {
      table.append([
        "\(block)@\(receipt.seq)", "\(receipt.cbo) \(Printable.text(receipt.cboName ?? ""))",
        receipt.meetingNumber.map { messages.text(ReceiptKey.meeting, [.number($0)]) }
          ?? messages.text(ReceiptKey.records), standing(receipt.standing, in: messages),
        String(hexadecimal(receipt.signature).prefix(8)),
      ])
    }
    return table.text
  }

  private static func standing(_ standing: HeldReceipt.Standing, in messages: Messages) -> String {
    switch standing {
    case .unapproved: messages.text(ReceiptKey.unapproved)
    case .approved: messages.text(ReceiptKey.approved)
    case .counts: messages.text(ReceiptKey.counts)
    case .setAside(let verdict): VerdictText.text(verdict, in: messages)
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
  }

  struct JSON: Encodable {
    let set: String
    let device: UInt32
    let firstDeviceSeq: UInt64
    let cbo: String
    let meetingNumber: UInt32?
    let standing: String
    let verdict: VerdictText.JSON?
    let epoch: String
    let leaf: String
    let signature: String
    let serverKey: String

    init(_ receipt: HeldReceipt, _ block: BlockCode) {
      set = "\(block)@\(receipt.seq)"
      device = receipt.device.rawValue
      firstDeviceSeq = receipt.firstDeviceSeq.rawValue
      cbo = receipt.cbo.description
      meetingNumber = receipt.meetingNumber
      (standing, verdict) =
        switch receipt.standing {
        case .unapproved: ("unapproved", nil)
        case .approved: ("approved", nil)
        case .counts: ("counts", nil)
        case .setAside(let verdict): ("setAside", VerdictText.JSON(verdict))
        }
      epoch = ReceiptText.hexadecimal(receipt.epoch.bytes)
      leaf = ReceiptText.hexadecimal(receipt.leaf)
      signature = ReceiptText.hexadecimal(receipt.signature)
      serverKey = ReceiptText.hexadecimal(receipt.serverKey)
    }
  }
}
