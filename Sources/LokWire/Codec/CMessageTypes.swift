internal import CLokProto

// Which C struct is which message: the initialiser protoc-c wrote for it.

extension Loksync__V1__Frame: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__frame__init(message) }
}

extension Loksync__V1__Status: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__status__init(message) }
}

extension Loksync__V1__RegisterRequest: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__register_request__init(message) }
}

extension Loksync__V1__Predecessor: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__predecessor__init(message) }
}

extension Loksync__V1__RegisterReply: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__register_reply__init(message) }
}

extension Loksync__V1__Grant: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__grant__init(message) }
}

extension Loksync__V1__HelloRequest: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__hello_request__init(message) }
}

extension Loksync__V1__HelloReply: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__hello_reply__init(message) }
}

extension Loksync__V1__CarryRequest: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__carry_request__init(message) }
}

extension Loksync__V1__ChangeSet: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__change_set__init(message) }
}

extension Loksync__V1__Change: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__change__init(message) }
}

extension Loksync__V1__UploadRequest: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__upload_request__init(message) }
}

extension Loksync__V1__UploadSet: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__upload_set__init(message) }
}

extension Loksync__V1__UploadKeys: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__upload_keys__init(message) }
}

extension Loksync__V1__PageKeys: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__page_keys__init(message) }
}

extension Loksync__V1__WrappedKey: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__wrapped_key__init(message) }
}

extension Loksync__V1__UploadReply: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__upload_reply__init(message) }
}

extension Loksync__V1__DownloadRequest: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__download_request__init(message) }
}

extension Loksync__V1__BegunSnapshot: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__begun_snapshot__init(message) }
}

extension Loksync__V1__SnapshotRequest: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__snapshot_request__init(message) }
}

extension Loksync__V1__SnapshotPage: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__snapshot_page__init(message) }
}

extension Loksync__V1__PutBlobRequest: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__put_blob_request__init(message) }
}

extension Loksync__V1__PutBlobReply: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__put_blob_reply__init(message) }
}

extension Loksync__V1__GetBlobRequest: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__get_blob_request__init(message) }
}

extension Loksync__V1__BlobPiece: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__blob_piece__init(message) }
}

extension Loksync__V1__SnapshotPart: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__snapshot_part__init(message) }
}

extension Loksync__V1__History: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__history__init(message) }
}

extension Loksync__V1__Have: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__have__init(message) }
}

extension Loksync__V1__DownloadPage: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__download_page__init(message) }
}

extension Loksync__V1__StoredSet: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__stored_set__init(message) }
}

extension Loksync__V1__ChainMark: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__chain_mark__init(message) }
}

extension Loksync__V1__ScopeChange: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__scope_change__init(message) }
}

extension Loksync__V1__Acknowledgement: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__acknowledgement__init(message) }
}

extension Loksync__V1__Committed: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__committed__init(message) }
}

extension Loksync__V1__Verdicts: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__verdicts__init(message) }
}

extension Loksync__V1__Verdict: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__verdict__init(message) }
}

extension Loksync__V1__Resolution: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__resolution__init(message) }
}

extension Loksync__V1__SignedHead: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__signed_head__init(message) }
}

extension Loksync__V1__DigestRequest: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__digest_request__init(message) }
}

extension Loksync__V1__DigestReply: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__digest_reply__init(message) }
}

extension Loksync__V1__CboDigest: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__cbo_digest__init(message) }
}

extension Loksync__V1__Command: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__command__init(message) }
}

extension Loksync__V1__SetCommand: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__set_command__init(message) }
}

extension Loksync__V1__RefusalCommand: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__refusal_command__init(message) }
}

extension Loksync__V1__QuarantineCommand: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__quarantine_command__init(message) }
}

extension Loksync__V1__OpenBlockCommand: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__open_block_command__init(message) }
}

extension Loksync__V1__EnrolCodeCommand: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__enrol_code_command__init(message) }
}

extension Loksync__V1__RegisterCommand: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__register_command__init(message) }
}

extension Loksync__V1__RevokeCommand: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__revoke_command__init(message) }
}

extension Loksync__V1__SuspendCommand: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__suspend_command__init(message) }
}

extension Loksync__V1__ScopeCommand: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__scope_command__init(message) }
}

extension Loksync__V1__ReleaseCommand: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__release_command__init(message) }
}

extension Loksync__V1__QuarantineDecisionCommand: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) {
    loksync__v1__quarantine_decision_command__init(message)
  }
}

extension Loksync__V1__RestoreCommand: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) {
    loksync__v1__restore_command__init(message)
  }
}

extension Loksync__V1__OperatorRequest: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__operator_request__init(message) }
}

extension Loksync__V1__EnrolCodeRequest: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__enrol_code_request__init(message) }
}

extension Loksync__V1__RevokeRequest: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__revoke_request__init(message) }
}

extension Loksync__V1__QuarantineDecisionRequest: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) {
    loksync__v1__quarantine_decision_request__init(message)
  }
}

extension Loksync__V1__ScopeRequest: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__scope_request__init(message) }
}

extension Loksync__V1__OperatorReply: CRootMessage {
  static let schema = MessageSchema(of: Self.self)
  static func begin(_ message: UnsafeMutablePointer<Self>) { loksync__v1__operator_reply__init(message) }
}

extension Lokos__V1__Village: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__village__init(message) }
}

extension Lokos__V1__Cbo: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__cbo__init(message) }
}

extension Lokos__V1__Member: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__member__init(message) }
}

extension Lokos__V1__MemberIdentity: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__member_identity__init(message) }
}

extension Lokos__V1__MemberContact: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__member_contact__init(message) }
}

extension Lokos__V1__MemberBank: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__member_bank__init(message) }
}

extension Lokos__V1__Meeting: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__meeting__init(message) }
}

extension Lokos__V1__Attendance: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__attendance__init(message) }
}

extension Lokos__V1__Entry: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__entry__init(message) }
}

extension Lokos__V1__Loan: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__loan__init(message) }
}

extension Lokos__V1__LoanEvent: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__loan_event__init(message) }
}

extension Lokos__V1__BankAccount: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__bank_account__init(message) }
}

extension Lokos__V1__BankStatement: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__bank_statement__init(message) }
}

extension Lokos__V1__OfficeBearer: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__office_bearer__init(message) }
}

extension Lokos__V1__Decision: CMessage {
  static func begin(_ message: UnsafeMutablePointer<Self>) { lokos__v1__decision__init(message) }
}
