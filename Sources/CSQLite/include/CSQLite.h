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

/// Fsyncs the WAL and the database file through SQLite's own descriptors. To open and close the file anywhere
/// else in the process would give up all of SQLite's locks on it (POSIX), and another process that closes the
/// database then deletes the WAL under this one.
static inline int loksync_sqlite_sync(sqlite3 *connection) {
  static const int files[] = {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER};
  for (int place = 0; place < 2; place++) {
    sqlite3_file *file = 0;
    int code = sqlite3_file_control(connection, "main", files[place], &file);
    if (code != SQLITE_OK) return code;
    // A WAL that was not opened yet holds nothing of this connection's.
    if (!file || !file->pMethods) continue;
    code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
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
