import LokBooks
import LokDevice
import LokShard
import LokWire
import Testing

/// A group's profile from its bookkeeper's phone to the checker's and back.
@Suite struct ProfileOnPhonesTests {
  private struct Group {
    let id: RecordID
    let members: [RecordID]
  }

  private static func group(on phone: DeviceAgent) async throws -> Group {
    try await phone.with { store, now in
      let settings = GroupSettings(
        interestMethod: 2, annualRateBasisPoints: 2_400, isAccrual: true,
        allocationOrder: AllocationOrder([
          .currentPrincipal, .penalty, .overdueInterest, .currentInterest, .overduePrincipal, .prepayment,
        ]))
      let group = try store.createCBO(
        CBODraft(tier: .selfHelpGroup, name: "Pragati", formationDay: Village.formed, settings: settings),
        at: now)
      let members = try Designation.required.map { office in
        let facts = MemberFacts(
          religion: .other, economicCategory: .bpl, povertyRank: .poorest, disability: .family,
          education: .higherSecondary, household: 12, isHouseholdHead: true, insurances: [.pmsby, .health])
        let draft = MemberDraft(
          identity: MemberIdentity(name: "\(office)"),
          nominee: MemberNominee(name: "Asha", relation: "daughter"), joinedDay: Village.formed,
          designation: office.rawValue, facts: facts)
        return try store.addMember(draft, to: group.cbo, at: now).newRecords[0]
      }
      return Group(id: group.cbo, members: members)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `codes and a rejection's words come back to the maker's phone`() async throws {
    let bench = try await Bench()
    let phone = try await bench.enrolled("asha.sqlite")
    let group = try await Self.group(on: phone)
    try await phone.expectDone()
    #expect(try await phone.status().pendingProfiles == 4)
    let checker = try await bench.enrolled("checker.sqlite", .approver, [.cbo(group.id)])
    try await checker.expectDone()
    let open = try await checker.with { store, _ in try store.openProfiles() }
    #expect(open.map(\.record) == [group.id] + group.members && open.allSatisfy { !$0.isOwn })
    let here = try await checker.with { store, _ in try store.openProfiles(of: group.id) }
    let elsewhere = try await checker.with { store, _ in try store.openProfiles(of: group.members[0]) }
    #expect(here == open && elsewhere == [], "those of one group alone")
    #expect(open[0].proposals.contains(.init(field: "name", after: .text("Pragati"))))
    #expect(open[1].proposals.contains(.init(field: "identity.name", after: .text("president"))))
    _ = try await checker.with { store, now in
      let rest = [group.id] + group.members.dropLast()
      _ = try store.decide(.approve, aboutProfiles: rest, of: group.id, at: now)
      return try store.decide(
        .reject, aboutProfiles: [group.members[2]], of: group.id, remark: "born when?", at: now)
    }
    #expect(try await checker.with { store, _ in try store.openProfiles() } == [], "decided, sent or not")
    try await checker.expectDone()
    try await phone.expectDone()
    let status = try await phone.status()
    #expect(status.pendingProfiles == 0)
    #expect(status.rejectedProfiles.map(\.record) == [group.members[2]])
    #expect(status.rejectedProfiles.map(\.remark) == ["born when?"])
    _ = try await phone.with { store, now in
      let identity = MemberIdentity(name: "treasurer", birthDay: Day(number: 5_000))
      return try store.editMember(group.members[2], of: group.id, MemberDraft(identity: identity), at: now)
    }
    try await phone.expectDone()
    #expect(try await phone.status().rejectedProfiles == [])
    let profiles = try await [phone, checker].asyncMap { agent in
      try await agent.expectDone()
      return try await agent.with { store, _ in try store.shard.groupProfile(of: group.id) }
    }
    let reviews = try await checker.with { store, _ in try store.openDecisions() }
    #expect(reviews.map(\.record) == [group.members[2]], "her name is one for the checker")
    #expect(
      reviews[0].proposals == [
        .init(field: "identity.birth_day", after: .text(Day(number: 5_000).description))
      ])
    let profile = try #require(profiles[0])
    #expect(profiles[1] == profile)
    #expect(profile.code?.description.hasPrefix("\(Bench.block)-G00001-") == true)
    #expect(profile.members.map(\.code?.serial) == [1, 2, nil] && profile.offices.count == 3)
    #expect(profile.members.map(\.state) == [.active, .active, .pending])
    #expect(profile.values.integer(CBOField.isAccrual) == 1)
    #expect(profile.values.bytes(CBOField.allocationOrder) == [5, 1, 2, 3, 4, 6])
    #expect(profile.members[0].values.integer(MemberField.insurances) == 10)
    #expect(profile.members[0].values.integer(MemberField.household) == 12)
  }
}

extension Array {
  fileprivate func asyncMap<Result>(_ body: (Element) async throws -> Result) async throws -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await body(element)) }
    return results
  }
}
