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

/// Closes the descriptor of a WAL that a connection has open. Its lock on the database file keeps any other process
/// from removing the WAL meanwhile. Nothing may read or write by this connection before `loksync_sqlite_open_wal`.
/// SQLITE_NOTFOUND: there is none to close.
static inline int loksync_sqlite_close_wal(sqlite3 *connection) {
  sqlite3_file *wal = 0;
  int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
  if (code != SQLITE_OK) return code;
  return wal && wal->pMethods ? wal->pMethods->xClose(wal) : SQLITE_NOTFOUND;
}

/// Opens it again where SQLite looks for it, as SQLite did.
static inline int loksync_sqlite_open_wal(sqlite3 *connection) {
  sqlite3_file *wal = 0;
  sqlite3_vfs *system = 0;
  int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
  if (code == SQLITE_OK) code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_VFS_POINTER, &system);
  if (code != SQLITE_OK) return code;
  const char *path = sqlite3_filename_wal(sqlite3_db_filename(connection, "main"));
  int opened = 0;
  code = system->xOpen(system, path, wal, SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL, &opened);
  return code == SQLITE_OK && !(opened & SQLITE_OPEN_READWRITE) ? SQLITE_READONLY : code;
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
