import Crypto
import Foundation
import LokBooks
import LokSimulator
import LokWire
import Testing

/// A shard's rows while a finished run is being written; proofs by the project's own code, so that the
/// auditor's is held against it.
struct FinishedShard {
  struct Line {
    var id: UInt64
    var deed: MoneyDeed
    var day: Int32
    var member: UInt64?
    var loan: UInt64?
    var bankAccount: UInt64?
    var reverses: UInt64?
  }
  struct Row {
    var place: Recorded
    var envelope: Envelope
    var verdicts: [UInt8]
    var bytes: [UInt8]
    var hash: [UInt8]
    var leaf: [UInt8]
    var isQuarantined: Bool
  }

  let block: BlockCode
  let epoch: [UInt8]
  private(set) var rows: [Row] = []
  private(set) var lines: [(line: Line, cbo: UInt64, seq: UInt64, posted: Bool)] = []
  private(set) var meetings: [(seq: UInt64, cbo: UInt64, standing: Int, number: Int, type: Int)] = []
  private(set) var asides: [(seq: UInt64, cbo: UInt64)] = []
  /// Edits that nobody has decided about.
  private(set) var reviews: [(seq: UInt64, cbo: UInt64)] = []
  private(set) var resolutions: [(target: UInt64, seq: UInt64, word: Word)] = []
  /// Where each act's set stands.
  private var seqs: [Int: (seq: UInt64, cbo: UInt64)] = [:]
  private var chains: [UInt64: (seq: UInt64, chain: [UInt8])] = [:]
  private(set) var chainRows: [(cbo: UInt64, seq: UInt64, chain: [UInt8])] = []
  private var tree = MerkleFrontier()
  private var counters: [Int: UInt64] = [:]
  private var nextSeq: [Int: UInt64] = [:]

  init(block: BlockCode, epoch: [UInt8]) {
    self.block = block
    self.epoch = epoch
  }

  mutating func mint(_ phone: Int) -> UInt64 {
    counters[phone, default: 0] += 1
    return UInt64(phone + 1) << 32 | (counters[phone] ?? 0)
  }

  mutating func place(_ act: Act, cbo: UInt64) -> Recorded {
    let count = 1 + (act.meeting.map { $0.lines.count + $0.loans.count } ?? 0)
    let first = nextSeq[act.phone] ?? 1
    nextSeq[act.phone] = first + UInt64(count)
    return Recorded(
      act: act.act, phone: act.phone, block: act.block, device: UInt32(act.phone + 1), firstDeviceSeq: first,
      count: count, cbo: cbo, records: [])
  }

  /// A meeting as it ended, judged as it was when it came.
  mutating func append(_ act: Act, _ place: Recorded, _ lines: [Line]) {
    let bytes = Array("act \(act.act)".utf8)
    let flagged = Verdicts(whole: Verdict(index: 0, .flagged, .closingCashDiffers))
    let cameAside = act.meeting?.wrong != nil || ![.posted, .approved, .takenBack].contains(act.outcome)
    switch act.outcome {
    case .quarantined: return quarantine(place, lines)
    case .refused:
      return append(place, .refusal, Verdicts(whole: Verdict(.refused, .undecodable)), bytes: [])
    case .posted, .approved, .takenBack, .setAside, .rejected, .replaced:
      append(place, .set, cameAside ? flagged : Verdicts(), bytes: bytes, lines, posted: act.outcome.counts)
    }
    let seq = UInt64(rows.count)
    seqs[act.act] = (seq, place.cbo)
    if act.outcome == .setAside { asides.append((seq, place.cbo)) }
    let standing: [Act.Outcome: Int] = [.posted: 1, .approved: 2, .takenBack: 3]
    if let standing = standing[act.outcome], let meeting = act.meeting {
      meetings.append((seq, place.cbo, standing, meeting.number, meeting.kind.rawValue))
    }
  }

  /// A checker's word about a meeting, and what she takes back with it.
  mutating func resolve(_ target: Act, _ word: DecisionDeed.Word) {
    guard let place = seqs[target.act] else { return }
    let verdict =
      word == .reject ? Verdict(.refused, .rejectedByChecker) : Verdict(.accepted, .approvedByChecker)
    resolve(place, verdict)
    let later = meetings.filter { $0.cbo == place.cbo && $0.standing == 3 && $0.seq > place.seq }
    guard word == .reject, target.outcome == .takenBack else { return }
    for meeting in later where !resolutions.contains(where: { $0.target == meeting.seq }) {
      resolve((meeting.seq, meeting.cbo), verdict)
    }
  }

  /// An edit that awaits a checker's word, and whether that comes.
  mutating func review(_ place: Recorded, isDecided: Bool) {
    append(place, .set, Verdicts(changes: [Verdict(index: 0, .review, .awaitsChecker)]), bytes: [7])
    if !isDecided { reviews.append((UInt64(rows.count), place.cbo)) }
  }

  mutating func replace(_ target: Act) {
    guard let place = seqs[target.act], target.outcome == .replaced else { return }
    resolve(place, Verdict(.refused, .replaced))
  }

  private mutating func resolve(_ target: (seq: UInt64, cbo: UInt64), _ verdict: Verdict) {
    let resolution = Resolution(target: Seq(target.seq), index: nil, verdict: verdict, cause: Seq(1))
    let bytes = ResolutionSet.encoded(resolution, cbo: RecordID(rawValue: target.cbo))
    let place = Recorded(
      act: 0, phone: -1, block: block.rawValue, device: 0, firstDeviceSeq: UInt64(rows.count + 1), count: 1,
      cbo: target.cbo, records: [])
    append(place, .resolution, Verdicts(), bytes: bytes)
    resolutions.append((target.seq, UInt64(rows.count), verdict.word))
  }

  mutating func append(
    _ place: Recorded, _ kind: Envelope.Kind, _ verdicts: Verdicts, bytes: [UInt8], _ lines: [Line] = [],
    posted: Bool = false
  ) {
    append(place, kind, verdicts, bytes, hash: Hash.sha256(bytes), isQuarantined: false)
    for line in lines { self.lines.append((line, place.cbo, UInt64(rows.count), posted)) }
    guard kind == .set || kind == .resolution, let leaf = rows.last?.leaf else { return }
    let seq = UInt64(rows.count)
    let chain = CboChain.next(after: chains[place.cbo]?.chain ?? CboChain.start, leaf: leaf)
    chains[place.cbo] = (seq, chain)
    chainRows.append((place.cbo, seq, chain))
  }

  mutating func quarantine(_ place: Recorded, _ lines: [Line]) {
    let changes = lines.map { line in
      Change(
        entity: .entry, record: RecordID(rawValue: line.id), isNew: false, hlc: .zero,
        patch: Patch([
          .init(number: 1, value: .integer(line.deed.kind)),
          .init(number: 2, value: .integer(line.deed.paise)),
          .init(number: 3, value: .integer(Int64(line.member ?? 0))),
          .init(number: 4, value: .integer(Int64(line.loan ?? 0))),
          .init(number: 8, value: .integer(Int64(line.reverses ?? 0))),
          .init(number: 9, value: .integer(Int64(line.bankAccount ?? 0))),
        ]))
    }
    let set = ChangeSet(
      kind: .meeting, cbo: RecordID(rawValue: place.cbo), device: DeviceNumber(place.device),
      firstDeviceSeq: DeviceSeq(place.firstDeviceSeq), firstCounter: 1, baseSeq: .zero, firstHLC: .zero,
      changes: changes)
    let bytes = (try? set.encoded()) ?? []
    append(
      place, .quarantine, Verdicts(whole: Verdict(.quarantined, .senderRevoked)), bytes,
      hash: Hash.sha256(bytes), isQuarantined: true)
  }

  private mutating func append(
    _ place: Recorded, _ kind: Envelope.Kind, _ verdicts: Verdicts, _ bytes: [UInt8], hash: [UInt8],
    isQuarantined: Bool
  ) {
    let envelope = Envelope(
      seq: Seq(UInt64(rows.count + 1)), kind: kind, device: DeviceNumber(place.device),
      firstDeviceSeq: DeviceSeq(place.firstDeviceSeq), count: UInt32(place.count),
      received: Timestamp(milliseconds: 1_000 + Int64(rows.count)), hlc: HybridTime(rawValue: 7),
      rules: .current)
    let word = verdicts.isAllAccepted ? [] : verdicts.encoded()
    let leaf = Leaf.hash(block: block, envelope: envelope, setHash: hash, verdicts: word)
    tree.append(leaf)
    rows.append(
      Row(
        place: place, envelope: envelope, verdicts: word, bytes: bytes, hash: hash, leaf: leaf,
        isQuarantined: isQuarantined))
  }

  func head(signedBy key: Curve25519.Signing.PrivateKey) throws -> AuditedHead {
    let signed = SignedBytes.head(
      block: block, epoch: try #require(Epoch(epoch)), size: tree.size, root: tree.root,
      time: Timestamp(milliseconds: 5))
    return AuditedHead(
      block: block.rawValue, epoch: epoch, size: tree.size.rawValue, root: tree.root, time: 5,
      signature: Array(try key.signature(for: signed)))
  }

  func digest(of cbo: UInt64) -> AuditedPhone.Digest {
    AuditedPhone.Digest(
      cbo: cbo, seq: chains[cbo]?.seq ?? 0, chain: chains[cbo]?.chain ?? CboChain.start,
      state: Hash.sha256(Array("\(cbo)".utf8)))
  }
}
