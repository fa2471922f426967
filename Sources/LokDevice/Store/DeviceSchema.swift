/// The phone's own tables, beside the shard's in the same file. Nothing the server says ever deletes a row
/// of the outbox.
enum DeviceSchema {
  static let version1 = """
    -- Every number this store has had; one is current.
    CREATE TABLE IF NOT EXISTS device_identity (
      number INTEGER PRIMARY KEY, block INTEGER NOT NULL, role INTEGER NOT NULL, grants BLOB NOT NULL,
      private_key BLOB NOT NULL, server_key BLOB NOT NULL, vault_key BLOB NOT NULL,
      receipt BLOB NOT NULL,             -- of the registration: loksync.v1.Acknowledgement
      is_current INTEGER NOT NULL, predecessor INTEGER, registered INTEGER NOT NULL
    );
    -- One row: where the store stands.
    CREATE TABLE IF NOT EXISTS device_state (
      id INTEGER PRIMARY KEY CHECK (id = 0),
      block INTEGER NOT NULL,
      server TEXT NOT NULL, fingerprint TEXT,
      nonce BLOB, epoch BLOB, server_epoch BLOB,
      cursor_seq INTEGER NOT NULL, scope_version INTEGER NOT NULL,
      hlc INTEGER NOT NULL, next_counter INTEGER NOT NULL, next_device_seq INTEGER NOT NULL,
      chain BLOB NOT NULL,               -- the outbox chain before next_device_seq
      pending_key BLOB,                  -- of a registration whose answer has not come
      is_revoked INTEGER NOT NULL
    );
    CREATE TABLE IF NOT EXISTS device_outbox (
      device INTEGER NOT NULL, first_device_seq INTEGER NOT NULL, count INTEGER NOT NULL,
      cbo INTEGER NOT NULL, bytes BLOB NOT NULL, hash BLOB NOT NULL,
      chain BLOB NOT NULL,               -- after this set
      first_hlc INTEGER NOT NULL, recorded INTEGER NOT NULL,
      state INTEGER NOT NULL,            -- OutboxState
      seq INTEGER, kind INTEGER, verdicts BLOB, resolution BLOB, receipt INTEGER,
      is_own INTEGER,                    -- 0: other bytes are stored under these numbers
      applied INTEGER NOT NULL,          -- 1: it came down and stands in the confirmed books
      became_device INTEGER, became_seq INTEGER,
      PRIMARY KEY (device, first_device_seq)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS device_outbox_key (
      device INTEGER NOT NULL, first_device_seq INTEGER NOT NULL, member INTEGER NOT NULL,
      wrapped BLOB NOT NULL,
      PRIMARY KEY (device, first_device_seq, member)
    ) WITHOUT ROWID;
    -- One row an acknowledgement frame: all that a third party needs to verify it.
    CREATE TABLE IF NOT EXISTS device_receipt (
      id INTEGER PRIMARY KEY, device INTEGER NOT NULL, epoch BLOB NOT NULL,
      places BLOB NOT NULL,              -- n times seq (8 bytes, big-endian), leaf (32)
      signature BLOB NOT NULL, server_key BLOB NOT NULL
    );
    -- The snapshots that are on their way, each as far as its file came.
    CREATE TABLE IF NOT EXISTS device_snapshot (
      cbo INTEGER PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL, file_bytes INTEGER NOT NULL,
      plain_bytes INTEGER, preview_bytes INTEGER NOT NULL, preview_plain_bytes INTEGER NOT NULL,
      bytes BLOB NOT NULL
    );
    -- The scope version of which all that was new has been taken up by snapshots; one row at most.
    CREATE TABLE IF NOT EXISTS device_taken_scope (
      id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL
    );
    -- Whether this phone asks for small packets, since when, and after how many days usual ones are tried.
    CREATE TABLE IF NOT EXISTS device_packet_path (
      id INTEGER PRIMARY KEY CHECK (id = 1), is_small INTEGER NOT NULL, since INTEGER NOT NULL,
      days INTEGER NOT NULL
    );
    DROP TABLE IF EXISTS device_small_packets;
    -- Photos and pages, by the SHA-256 of their bytes as they travel.
    CREATE TABLE IF NOT EXISTS device_blob (
      id INTEGER PRIMARY KEY,            -- in the order in which they were attached or asked for
      hash BLOB NOT NULL UNIQUE, type INTEGER NOT NULL, record INTEGER NOT NULL, cbo INTEGER NOT NULL,
      size INTEGER,                      -- NULL until the server has told it
      bytes BLOB,                        -- NULL until it is whole
      state INTEGER NOT NULL,            -- BlobState
      sent INTEGER NOT NULL,             -- so many of its bytes the server has on disk
      reason INTEGER                     -- why the server did not take it
    );
    -- What has come of one that is fetched.
    CREATE TABLE IF NOT EXISTS device_blob_piece (
      hash BLOB NOT NULL, offset INTEGER NOT NULL, bytes BLOB NOT NULL,
      PRIMARY KEY (hash, offset)
    ) WITHOUT ROWID;
    -- When the server was last asked whether it still has a file that this phone has brought.
    CREATE TABLE IF NOT EXISTS device_blob_check (hash BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS device_person_key (member INTEGER PRIMARY KEY, key BLOB NOT NULL);
    -- What a person has to see, or may want to: a trouble's kind, key and arguments (JSON).
    CREATE TABLE IF NOT EXISTS device_notice (
      id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, arguments TEXT NOT NULL,
      at INTEGER NOT NULL, UNIQUE (kind, key, arguments)
    );
    """
}

/// Where a blob stands.
enum BlobState: Int64, Sendable {
  /// On this phone only, or on its way up.
  case unsent = 0
  /// Here, and on the server's disk.
  case held = 1
  /// Asked for, and here in part or not at all.
  case wanted = 2
  /// Here, and the server has said that it has it: it is asked once more.
  case doubted = 3
}

/// How far a set has come. The words are those of the status line; each is written only on the strength
/// of what it says.
enum OutboxState: Int64, Sendable {
  /// On this phone only.
  case recorded = 0
  /// Handed to a connection; the server has not said that it has it.
  case sent = 1
  /// The server has it on disk.
  case stored = 2
  /// The server has judged it and signed for it.
  case committed = 3
  /// Written again under a new number, after a re-enrolment.
  case rewritten = 4
}
