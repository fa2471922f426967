/// The tables of a shard, for servers and phones alike. Everything here is a function of the shard's
/// commands: replaying the journal gives the same rows. Times are milliseconds since 1970, days are days
/// since 1970 in IST, money is paise, record ids are device << 32 | counter, 0 where a CBO is named is
/// the block's own book.
enum Schema {
  static let version1 = """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

    -- One row a command. Columns of a row never change.
    CREATE TABLE journal (
      seq INTEGER PRIMARY KEY,
      lsn INTEGER NOT NULL,              -- 0 on a phone
      kind INTEGER NOT NULL,             -- loksync.v1.JournalKind
      device INTEGER NOT NULL,           -- 0 = the block
      first_device_seq INTEGER NOT NULL,
      count INTEGER NOT NULL,
      cbo INTEGER,                       -- NULL: not passed on to devices
      received INTEGER NOT NULL,
      hlc INTEGER NOT NULL,              -- effective
      rules INTEGER NOT NULL,
      verdicts BLOB NOT NULL,            -- loksync.v1.Verdicts; empty = all accepted
      changes BLOB NOT NULL,             -- the set as it was sent; for other kinds the Command
      leaf BLOB NOT NULL
    );
    CREATE TABLE journal_by_cbo (
      cbo INTEGER NOT NULL, seq INTEGER NOT NULL, chain BLOB NOT NULL,
      PRIMARY KEY (cbo, seq)
    ) WITHOUT ROWID;
    -- The Merkle tree's right edge: the roots of its full subtrees, largest first.
    CREATE TABLE tree (id INTEGER PRIMARY KEY CHECK (id = 0), size INTEGER NOT NULL, frontier BLOB NOT NULL);

    CREATE TABLE device (
      number INTEGER PRIMARY KEY,
      role INTEGER NOT NULL, key_type INTEGER NOT NULL, public_key BLOB NOT NULL,
      status TEXT NOT NULL,              -- active, revoked, suspended
      next_device_seq INTEGER NOT NULL, next_counter INTEGER NOT NULL, chain BLOB NOT NULL,
      hlc INTEGER NOT NULL,
      registered_seq INTEGER NOT NULL, code_hash BLOB, predecessor INTEGER, app_build TEXT NOT NULL,
      last_received INTEGER NOT NULL
    );
    CREATE TABLE device_grant (
      device INTEGER NOT NULL,
      cbo INTEGER NOT NULL,              -- 0 = the whole block
      from_seq INTEGER NOT NULL,
      until_seq INTEGER,                 -- NULL = in force
      PRIMARY KEY (device, cbo, from_seq)
    ) WITHOUT ROWID;
    -- Every federation a group has belonged to: an SHG's VOs, a VO's CLFs. What was once in scope by one of
    -- them is quarantined and not refused.
    CREATE TABLE membership (
      cbo INTEGER NOT NULL,
      seq INTEGER NOT NULL,              -- of the set by which it joined
      parent INTEGER NOT NULL,
      since_day INTEGER NOT NULL,
      until_day INTEGER,                 -- the first day without it; NULL = a member now
      PRIMARY KEY (cbo, seq)
    ) WITHOUT ROWID;
    CREATE INDEX membership_by_parent ON membership (parent);
    CREATE TABLE enrol_code (
      code_hash BLOB PRIMARY KEY, role INTEGER NOT NULL, grants TEXT NOT NULL, expires INTEGER NOT NULL,
      used_by INTEGER
    ) WITHOUT ROWID;
    -- What became of every number a device has used, kept for ever.
    CREATE TABLE device_set (
      device INTEGER NOT NULL, first_device_seq INTEGER NOT NULL, count INTEGER NOT NULL,
      hash BLOB NOT NULL,                -- SHA-256 of the set's bytes
      seq INTEGER NOT NULL,
      PRIMARY KEY (device, first_device_seq)
    ) WITHOUT ROWID;

    -- Records that can change: their merged fields with a clock each (Proto/README.md, record fields).
    CREATE TABLE record (
      id INTEGER PRIMARY KEY, entity INTEGER NOT NULL, cbo INTEGER NOT NULL, seq INTEGER NOT NULL,
      fields BLOB NOT NULL
    );
    CREATE INDEX record_by_cbo ON record (cbo);
    -- Writes that had not seen each other: both values, the rule, the winner.
    CREATE TABLE conflict (
      record INTEGER NOT NULL, field INTEGER NOT NULL,
      seq INTEGER NOT NULL,              -- of the set that met the other value
      idx INTEGER NOT NULL,              -- of its change
      cbo INTEGER NOT NULL, rule TEXT NOT NULL,
      winner BLOB NOT NULL, winner_device INTEGER NOT NULL, winner_seq INTEGER NOT NULL,
      winner_hlc INTEGER NOT NULL,
      loser BLOB NOT NULL, loser_device INTEGER NOT NULL, loser_seq INTEGER NOT NULL,
      loser_hlc INTEGER NOT NULL,
      PRIMARY KEY (record, field, seq, idx)
    ) WITHOUT ROWID;
    -- What is stored but not posted: waiting and flagged sets (idx -1) and changes, and changes of which a
    -- field is under review.
    CREATE TABLE set_aside (
      seq INTEGER NOT NULL, idx INTEGER NOT NULL, cbo INTEGER NOT NULL,
      word INTEGER NOT NULL,             -- loksync.v1.Word: WAITING, FLAGGED or REVIEW
      reason INTEGER NOT NULL, record INTEGER, arguments TEXT NOT NULL,
      meeting_number INTEGER, received INTEGER NOT NULL,
      PRIMARY KEY (seq, idx)
    ) WITHOUT ROWID;
    CREATE INDEX set_aside_by_cbo ON set_aside (cbo, meeting_number, seq);
    CREATE INDEX set_aside_by_record ON set_aside (record) WHERE record IS NOT NULL;
    -- The latest resolution of a set (idx -1) or change.
    CREATE TABLE resolved (
      target_seq INTEGER NOT NULL, idx INTEGER NOT NULL, seq INTEGER NOT NULL, word INTEGER NOT NULL,
      PRIMARY KEY (target_seq, idx)
    ) WITHOUT ROWID;
    CREATE TABLE quarantine (
      seq INTEGER PRIMARY KEY, device INTEGER NOT NULL, first_device_seq INTEGER NOT NULL,
      count INTEGER NOT NULL, reason INTEGER NOT NULL, received INTEGER NOT NULL, bytes BLOB NOT NULL,
      decision_seq INTEGER,              -- NULL = nobody has decided yet
      released INTEGER                   -- 1 judged as it stands, 0 rejected
    );

    -- The projection: the books, in plain columns.
    CREATE TABLE village (
      id INTEGER PRIMARY KEY, lgd_code INTEGER, name TEXT, gram_panchayat TEXT
    );
    CREATE TABLE cbo (
      id INTEGER PRIMARY KEY, tier INTEGER, name TEXT, parent INTEGER, village INTEGER,
      formation_day INTEGER, meeting_every_days INTEGER, compulsory_saving_paise INTEGER,
      parent_since_day INTEGER, food_saving_paise INTEGER, health_saving_paise INTEGER,
      optional_saving_paise INTEGER, interest_method INTEGER, annual_rate_basis_points INTEGER,
      allocation_order BLOB, absence_penalty_paise INTEGER, late_penalty_paise INTEGER,
      quorum_percent INTEGER, is_accrual INTEGER, status INTEGER, status_reason TEXT,
      profile INTEGER,                   -- NULL or 0 awaits a checker, 1 approved, 2 rejected
      code_serial INTEGER,               -- of the printed code
      resolution BLOB                    -- SHA-256 of a blob, as photo and passbook_page
    );
    CREATE INDEX cbo_by_parent ON cbo (parent);
    CREATE UNIQUE INDEX cbo_by_code ON cbo (code_serial) WHERE code_serial IS NOT NULL;
    -- The sealed parts stand as nonce (12 bytes), device_seq (8, big-endian), ciphertext with tag.
    CREATE TABLE member (
      id INTEGER PRIMARY KEY, cbo INTEGER NOT NULL, identity BLOB, contact BLOB, bank BLOB,
      kyc_tag INTEGER, joined_day INTEGER, left_day INTEGER, social_category INTEGER, designation INTEGER,
      nominee BLOB, religion INTEGER, economic_category INTEGER, poverty_rank INTEGER, disability INTEGER,
      education INTEGER, household INTEGER, is_household_head INTEGER, left_reason INTEGER,
      insurances INTEGER, profile INTEGER, code_serial INTEGER, photo BLOB
    );
    CREATE UNIQUE INDEX member_by_code ON member (code_serial) WHERE code_serial IS NOT NULL;
    CREATE INDEX member_by_cbo ON member (cbo);
    CREATE INDEX member_by_kyc_tag ON member (kyc_tag) WHERE kyc_tag IS NOT NULL;
    CREATE TABLE meeting (
      id INTEGER PRIMARY KEY, cbo INTEGER NOT NULL, number INTEGER NOT NULL, day INTEGER NOT NULL,
      type INTEGER NOT NULL, opening_cash_paise INTEGER NOT NULL, closing_cash_paise INTEGER NOT NULL,
      standing INTEGER NOT NULL,         -- 1 posted, not approved yet; 2 approved; 3 taken back by a checker
      seq INTEGER NOT NULL
    );
    CREATE INDEX meeting_by_cbo ON meeting (cbo, number);
    CREATE INDEX meeting_by_seq ON meeting (seq);
    CREATE TABLE attendance (
      id INTEGER PRIMARY KEY, cbo INTEGER NOT NULL, meeting INTEGER NOT NULL, member INTEGER NOT NULL,
      present INTEGER NOT NULL, seq INTEGER NOT NULL
    );
    -- Lines of sets that are set aside stand here too, with posted = 0: they count in no balance.
    CREATE TABLE entry (
      id INTEGER PRIMARY KEY, cbo INTEGER NOT NULL, meeting INTEGER NOT NULL, day INTEGER NOT NULL,
      kind INTEGER NOT NULL, amount_paise INTEGER NOT NULL,
      debit_account INTEGER, credit_account INTEGER,   -- NULL only while a free voucher lacks a side
      member INTEGER, loan INTEGER, bank_account INTEGER,
      reverses INTEGER,                  -- the entry that this one takes back
      remark TEXT, seq INTEGER NOT NULL, posted INTEGER NOT NULL
    );
    -- A set's entries are found by it: they have its group and its meeting's day.
    CREATE INDEX entry_by_cbo ON entry (cbo, day);
    CREATE INDEX entry_set_aside ON entry (cbo, seq) WHERE NOT posted;
    CREATE INDEX entry_by_reversed ON entry (reverses) WHERE reverses IS NOT NULL;
    CREATE TABLE loan (
      id INTEGER PRIMARY KEY, cbo INTEGER NOT NULL, member INTEGER, borrower_cbo INTEGER,
      principal_paise INTEGER, annual_rate_basis_points INTEGER, instalments INTEGER,
      interest_method INTEGER, purpose TEXT, sanctioned_day INTEGER, source INTEGER,
      repay_every_days INTEGER, moratorium_periods INTEGER, demanded_day INTEGER, loan_number TEXT,
      lender TEXT
    );
    CREATE INDEX loan_by_cbo ON loan (cbo);
    CREATE INDEX loan_by_member ON loan (member) WHERE member IS NOT NULL;
    CREATE TABLE loan_event (
      id INTEGER PRIMARY KEY, cbo INTEGER NOT NULL, loan INTEGER, kind INTEGER, day INTEGER,
      instalments INTEGER, annual_rate_basis_points INTEGER, reason TEXT
    );
    CREATE INDEX loan_event_by_cbo ON loan_event (cbo);
    CREATE INDEX loan_event_by_loan ON loan_event (loan, day);
    CREATE TABLE bank_account (
      id INTEGER PRIMARY KEY, cbo INTEGER NOT NULL, bank TEXT, branch TEXT, ifsc TEXT, account_number TEXT,
      opened_day INTEGER, closed_day INTEGER, profile INTEGER, passbook_page BLOB
    );
    CREATE INDEX bank_account_by_cbo ON bank_account (cbo);
    -- Of a VO or CLF; an SHG's are its members' designations.
    CREATE TABLE office_bearer (
      id INTEGER PRIMARY KEY, cbo INTEGER NOT NULL, member INTEGER, office INTEGER, since_day INTEGER,
      until_day INTEGER
    );
    CREATE INDEX office_bearer_by_cbo ON office_bearer (cbo);
    CREATE TABLE bank_statement (
      id INTEGER PRIMARY KEY, cbo INTEGER NOT NULL, bank_account INTEGER, day INTEGER, balance_paise INTEGER
    );
    CREATE INDEX bank_statement_by_cbo ON bank_statement (cbo, day);
    -- debit - credit of what is posted. sub_ledger 0 = the control account; else a member's or a
    -- loan's share.
    CREATE TABLE balance (
      cbo INTEGER NOT NULL, account INTEGER NOT NULL, sub_ledger INTEGER NOT NULL, paise INTEGER NOT NULL,
      PRIMARY KEY (cbo, account, sub_ledger)
    ) WITHOUT ROWID;
    CREATE VIEW posting AS
      SELECT id AS entry, cbo, meeting, day, debit_account AS account,
          amount_paise AS debit_paise, 0 AS credit_paise
        FROM entry WHERE posted
      UNION ALL
      SELECT id, cbo, meeting, day, credit_account, 0, amount_paise FROM entry WHERE posted;

    CREATE TABLE rollup (
      id INTEGER PRIMARY KEY CHECK (id = 0), sets INTEGER NOT NULL, changes INTEGER NOT NULL,
      cbos INTEGER NOT NULL, members INTEGER NOT NULL, set_aside INTEGER NOT NULL,
      quarantined INTEGER NOT NULL, refused INTEGER NOT NULL, conflicts INTEGER NOT NULL,
      last_seq INTEGER NOT NULL, last_contact INTEGER NOT NULL
    );
    INSERT INTO rollup VALUES (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    INSERT INTO tree VALUES (0, 0, x'');
    """
}
