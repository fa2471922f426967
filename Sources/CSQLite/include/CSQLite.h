#ifndef LOKSYNC_CSQLITE_H
#define LOKSYNC_CSQLITE_H

#include <sqlite3.h>

// sqlite3_config and sqlite3_db_config are variadic, which Swift cannot call.

/// Switches SQLite's memory statistics off: they cost a global lock at every allocation.
/// Has to run before the first connection is opened.
static inline int loksync_sqlite_configure(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// A connection that closes without a checkpoint leaves its WAL for the next one: closing a shard
/// must not cost a checkpoint while thousands of shards rotate through the open ones.
static inline int loksync_sqlite_no_checkpoint_on_close(sqlite3 *connection) {
  return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

/// SQLITE_TRANSIENT is a cast of -1, which Swift does not import.
static inline int loksync_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, int count) {
  return sqlite3_bind_text(statement, index, text, count, SQLITE_TRANSIENT);
}
static inline int loksync_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return count == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                    : sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

#endif
