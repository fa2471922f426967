// SQLite's session extension as the peer of `tools/bench merge`: the same profile edits as changesets, applied with a
// conflict handler. The handler decides as LokSync's policy does (the later clock wins, the loser is kept): it reads
// the stored clock, and writes both values into a table of conflicts. One transaction for as many sets.
#include <sqlite3.h>

#include "common.h"

enum { members = 12, fields = 3 };
static int groups, rounds, group_sets;
static long conflicts;
static sqlite3_stmt *keep;

static void check(sqlite3 *file, int code) {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) stop("sqlite: %s", sqlite3_errmsg(file));
}
static void execute(sqlite3 *file, const char *text) { check(file, sqlite3_exec(file, text, NULL, NULL, NULL)); }

static sqlite3 *opened(const char *folder, const char *name) {
  char path[512];
  sqlite3 *file;
  snprintf(path, sizeof path, "%s/%s.sqlite", folder, name);
  if (sqlite3_open(path, &file) != SQLITE_OK) stop("cannot open %s", path);
  execute(file, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;"
                "CREATE TABLE member (id INTEGER PRIMARY KEY, cbo INTEGER, name TEXT, clock INTEGER, device INTEGER,"
                " category INTEGER, religion INTEGER, education INTEGER);"
                "CREATE INDEX member_by_cbo ON member (cbo);"
                "CREATE TABLE conflict (id INTEGER, clock INTEGER, stored BLOB, came BLOB);"
                "BEGIN");
  for (int id = 0; id < groups * members; id++) {
    char row[200];
    snprintf(row, sizeof row, "INSERT INTO member VALUES (%d,%d,'GENDA',1,1,1,1,1)", id, id / members);
    execute(file, row);
  }
  execute(file, "COMMIT");
  return file;
}

static int handle(void *context, int type, sqlite3_changeset_iter *change) {
  sqlite3_value *id, *clock, *stored;
  (void)context;
  if (type != SQLITE_CHANGESET_DATA) return SQLITE_CHANGESET_ABORT;
  sqlite3changeset_old(change, 0, &id);
  sqlite3changeset_new(change, 3, &clock);
  sqlite3changeset_conflict(change, 3, &stored);
  sqlite3_bind_value(keep, 1, id);
  sqlite3_bind_value(keep, 2, clock);
  sqlite3_value *values[2];
  for (int field = 0; field < fields; field++) {
    sqlite3changeset_conflict(change, 5 + field, &values[0]);
    sqlite3changeset_new(change, 5 + field, &values[1]);
    sqlite3_bind_value(keep, 3, values[0]);
    sqlite3_bind_value(keep, 4, values[1]);
    if (sqlite3_step(keep) != SQLITE_DONE) return SQLITE_CHANGESET_ABORT;
    sqlite3_reset(keep);
    conflicts++;
  }
  return clock && sqlite3_value_int64(clock) < sqlite3_value_int64(stored) ? SQLITE_CHANGESET_OMIT
                                                                           : SQLITE_CHANGESET_REPLACE;
}

struct bytes { int count; void *start; };

// The edits of one group's members on a phone's copy, as a changeset.
static struct bytes edited(sqlite3 *phone, int group, int value, int clock) {
  sqlite3_session *session;
  struct bytes set;
  char edit[300];
  check(phone, sqlite3session_create(phone, "main", &session));
  check(phone, sqlite3session_attach(session, "member"));
  snprintf(edit, sizeof edit, "UPDATE member SET category=%d, religion=%d, education=%d, clock=%d, device=2 "
           "WHERE cbo=%d", value, value, value, clock, group);
  execute(phone, edit);
  check(phone, sqlite3session_changeset(session, &set.count, &set.start));
  sqlite3session_delete(session);
  return set;
}

// Nanoseconds of one edit. Both copies begin a round equal; the first edits are in the server's copy already, and in
// the second phone's but for those of the groups that conflict.
static double measure(sqlite3 *server, sqlite3 *phone, int percent, int round) {
  struct bytes *sets = calloc((size_t)groups, sizeof *sets);
  int value = round * 2 % 7;
  for (int group = 0; group < groups; group++) {
    char edit[300];
    snprintf(edit, sizeof edit, "UPDATE member SET category=%d, religion=%d, education=%d, clock=%d, device=1 "
             "WHERE cbo=%d", value, value, value, round * 4 + 2, group);
    execute(server, edit);
    if (group % 100 >= percent) execute(phone, edit);
    sets[group] = edited(phone, group, value + 1, round * 4 + 3);
  }
  double begin = thread_seconds();
  for (int group = 0; group < groups; group++) {
    if (group % group_sets == 0) execute(server, "BEGIN IMMEDIATE");
    check(server, sqlite3changeset_apply(server, sets[group].count, sets[group].start, NULL, handle, NULL));
    if (group % group_sets == group_sets - 1 || group == groups - 1) execute(server, "COMMIT");
  }
  double seconds = thread_seconds() - begin;
  for (int group = 0; group < groups; group++) sqlite3_free(sets[group].start);
  free(sets);
  check(server, sqlite3_wal_checkpoint_v2(server, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
  return seconds * 1e9 / (groups * members);
}

static long counted(sqlite3 *file, const char *question) {
  sqlite3_stmt *statement;
  check(file, sqlite3_prepare_v2(file, question, -1, &statement, NULL));
  check(file, sqlite3_step(statement));
  long found = (long)sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return found;
}

int main(int count, char **words) {
  static const int percents[] = {0, 10, 100};
  groups = number(count, words, "--groups");
  rounds = number(count, words, "--rounds");
  group_sets = number(count, words, "--sets");
  if (groups < 1 || rounds < 1 || group_sets < 1) stop("--groups, --rounds and --sets are 1 and more");
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const char *folder = word(count, words, "--target");
  sqlite3 *server = opened(folder, "server"), *phone = opened(folder, "phone");
  check(server, sqlite3_prepare_v2(server, "INSERT INTO conflict VALUES (?1, ?2, ?3, ?4)", -1, &keep, NULL));
  printf("{\"parts\": [");
  for (int place = 0, round = 1; place < 3; place++) {
    conflicts = 0;
    printf("%s{\"conflictPercent\": %d, \"nanoseconds\": [", place ? ", " : "", percents[place]);
    // The first round warms up.
    for (int turn = 0; turn <= rounds; turn++, round++) {
      double taken = measure(server, phone, percents[place], round);
      if (turn > 0) printf("%s%.1f", turn > 1 ? ", " : "", taken);
      // The later clock has won everywhere.
      char question[100];
      snprintf(question, sizeof question, "SELECT count(*) FROM member WHERE clock != %d", round * 4 + 3);
      long differing = counted(server, question);
      if (differing) stop("%ld edits are not in the server's copy", differing);
    }
    printf("], \"conflicts\": %ld}", conflicts);
  }
  printf("], \"rows\": %ld}\n", counted(server, "SELECT count(*) FROM conflict"));
  return 0;
}
