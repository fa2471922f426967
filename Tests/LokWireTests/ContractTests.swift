import CLokProto
import LokBooks
import LokWire
import Testing

/// Swift's closed lists hold what the contract holds, no more and no less.
@Suite struct ContractTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let contract: @Sendable () -> Set<Int>
    let swift: Set<Int>

    /// 0 is UNSPECIFIED in every enum but the status codes.
    init(
      _ name: String, _ swift: some Collection<Int>, unspecified: Set<Int> = [0],
      _ descriptor: @escaping @Sendable () -> ProtobufCEnumDescriptor
    ) {
      testDescription = name
      self.swift = Set(swift)
      contract = {
        let descriptor = descriptor()
        let values = UnsafeBufferPointer(start: descriptor.values, count: Int(descriptor.n_values))
        return Set(values.map { Int($0.value) }).subtracting(unspecified)
      }
    }
  }

  static let rows: [Row] = [
    Row("Method", Method.allCases.map { Int($0.rawValue) }) { loksync__v1__method__descriptor },
    Row("StatusCode", StatusCode.allCases.map(\.rawValue), unspecified: []) {
      loksync__v1__status_code__descriptor
    },
    Row("NextStep", NextStep.allCases.map(\.rawValue)) { loksync__v1__action__descriptor },
    Row("Reason", Reason.allCases.map(\.rawValue)) { loksync__v1__reason__descriptor },
    Row("BlobType", BlobType.allCases.map(\.rawValue)) { loksync__v1__blob_type__descriptor },
    Row("Word", Word.allCases.map(\.rawValue)) { loksync__v1__word__descriptor },
    Row("Role", Role.allCases.map(\.rawValue)) { loksync__v1__role__descriptor },
    Row("KeyType", KeyType.allCases.map(\.rawValue)) { loksync__v1__key_type__descriptor },
    Row("ChangeSet.Kind", (-1...100).filter { ChangeSet.Kind(rawValue: $0) != nil }) {
      loksync__v1__set_kind__descriptor
    },
    Row("Envelope.Kind", (-1...100).filter { Envelope.Kind(rawValue: $0) != nil }) {
      loksync__v1__journal_kind__descriptor
    },
    Row("EntryKind", EntryKind.allCases.map { Int($0.rawValue) }) { lokos__v1__entry_kind__descriptor },
    Row("Tier", Tier.allCases.map { Int($0.rawValue) }) { lokos__v1__tier__descriptor },
    Row("MeetingType", MeetingType.allCases.map { Int($0.rawValue) }) { lokos__v1__meeting_type__descriptor },
    Row("DecisionWord", DecisionWord.allCases.map { Int($0.rawValue) }) {
      lokos__v1__decision_word__descriptor
    },
    Row("Designation", Designation.allCases.map { Int($0.rawValue) }) { lokos__v1__designation__descriptor },
    Row("SocialCategory", SocialCategory.allCases.map { Int($0.rawValue) }) {
      lokos__v1__social_category__descriptor
    },
    Row("Religion", Religion.allCases.map { Int($0.rawValue) }) { lokos__v1__religion__descriptor },
    Row("EconomicCategory", EconomicCategory.allCases.map { Int($0.rawValue) }) {
      lokos__v1__economic_category__descriptor
    },
    Row("PovertyRank", PovertyRank.allCases.map { Int($0.rawValue) }) { lokos__v1__poverty_rank__descriptor },
    Row("Disability", Disability.allCases.map { Int($0.rawValue) }) { lokos__v1__disability__descriptor },
    Row("Education", Education.allCases.map { Int($0.rawValue) }) { lokos__v1__education__descriptor },
    Row("LeavingReason", LeavingReason.allCases.map { Int($0.rawValue) }) {
      lokos__v1__leaving_reason__descriptor
    },
    Row("CBOStatus", CBOStatus.allCases.map { Int($0.rawValue) }) { lokos__v1__cbo_status__descriptor },
    Row("LoanEventKind", LoanEventKind.allCases.map { Int($0.rawValue) }) {
      lokos__v1__loan_event_kind__descriptor
    },
    Row("InterestMethod", InterestMethod.allCases.map { Int($0.rawValue) }) {
      lokos__v1__interest_method__descriptor
    },
    Row("ProfileStanding", ProfileStanding.allCases.map { Int($0.rawValue) }, unspecified: []) {
      lokos__v1__profile_standing__descriptor
    },
    Row(
      "Entity",
      (0...1000).filter { !EntitySchema.fieldNumbers(Entity(rawValue: UInt32($0))).isEmpty }
    ) {
      lokos__v1__entity__descriptor
    },
  ]

  @Test(arguments: rows)
  func `every value of the contract has its counterpart, and the reverse`(row: Row) {
    #expect(row.contract().symmetricDifference(row.swift) == [])
  }

  @Test func `a reason's code is its name in the contract`() {
    let descriptor = loksync__v1__reason__descriptor
    for value in UnsafeBufferPointer(start: descriptor.values, count: Int(descriptor.n_values)) {
      guard let reason = Reason(rawValue: Int(value.value)) else { continue }
      #expect("REASON_" + reason.code == String(cString: value.name))
    }
  }

  @Test func `fields are named as in the contract`() {
    #expect(EntitySchema.fieldNumbers(.meeting) == [1, 2, 3, 4, 5, 6])
    #expect(EntitySchema.fieldName(.meeting, 5) == "closing_cash_paise")
    #expect(EntitySchema.fieldName(.meeting, 99) == nil)
    #expect(EntitySchema.fieldName(Entity(rawValue: 77), 1) == nil)
    #expect(EntitySchema.fieldNumber(.meeting, "closing_cash_paise") == 5)
  }

  @Test func `values of enumerations have the contract's names, without what they all begin with`() {
    #expect(EntitySchema.valueName(.cbo, 19, 3) == "dissolved")
    #expect(EntitySchema.valueName(.loan, 9, 1) == "own-fund")
    #expect(EntitySchema.valueName(.entry, 1, 1) == "saving-compulsory")
    #expect(EntitySchema.valueName(.cbo, 19, 77) == nil)
    #expect(EntitySchema.valueName(.cbo, 2, 1) == nil)
    #expect(EntitySchema.valueName(Entity(rawValue: 77), 1, 1) == nil)
  }
}
