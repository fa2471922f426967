// Raw SQLite as the floor of `tools/bench upload`: the rows and indexes that LokSync writes for the same sets, by
// prepared statements and nothing else - no network, no decoding, no rules, no hashes, no reading. One fsync of a
// shared log for all that arrived, then two threads bring the sets to their blocks' files, one transaction for all
// that wait for a block: the design that LokSync has, so its floor.
#include <sqlite3.h>
#include <sys/resource.h>

#include "peer.h"

// All of a country's files stay open.
enum { workers = 2, queue_most = 8192, wal_most = 4 << 20, open_most = 4000 };
struct shard { sqlite3 *file; sqlite3_stmt *statements[16]; int64_t seq, wal_bytes; };
enum { begin, commit, journal, by_cbo, device_set, device, meeting, attendance, entry, balance, tree, rollup, meta };

static const char *const sql[] = {
    "BEGIN IMMEDIATE", "COMMIT",
    "INSERT INTO journal VALUES (?1,?2,1,?3,?4,50,?5,1700000000000,?6,1,x'',?7,?8)",
    "INSERT INTO journal_by_cbo VALUES (?1,?2,?3)", "INSERT INTO device_set VALUES (?1,?2,50,?3,?4)",
    "UPDATE device SET next_device_seq = ?1, next_counter = ?1, chain = ?2, hlc = ?1, last_received = ?1 "
    "WHERE number = ?3",
    "INSERT INTO meeting VALUES (?1,?2,?3,20000,1,100000,200000,1,?4)",
    "INSERT INTO attendance VALUES (?1,?2,?3,?4,1,?5)",
    "INSERT INTO entry VALUES (?1,?2,?3,20000,1,5000,1,20,?4,NULL,NULL,NULL,NULL,?5,1)",
    "INSERT INTO balance VALUES (?1,?2,?3,5000) ON CONFLICT DO UPDATE SET paise = paise + excluded.paise",
    "UPDATE tree SET size = ?1, frontier = ?2", "UPDATE rollup SET sets = ?1, changes = ?1, last_seq = ?1",
    "INSERT OR REPLACE INTO meta VALUES ('applied_lsn', ?1)"};

static struct shard *shards;
// Of each worker's, the one opened longest ago comes next.
static struct shard *kept[workers][open_most];
static int turn[workers];
// Where three descriptors a file are too many: with its locks held for ever a file has two, and no index of its WAL
// that others could read.
static int is_exclusive;
static sqlite3 *intake;
static sqlite3_stmt *intake_row, *intake_begin, *intake_commit;
static int64_t lsn;
static const char blob[65536];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct { struct set sets[queue_most]; int count; } queues[workers];
static int unmerged;

static void check(sqlite3 *file, int code) {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) stop("sqlite: %s", sqlite3_errmsg(file));
}
static sqlite3_stmt *compiled(sqlite3 *file, const char *text) {
  sqlite3_stmt *statement;
  check(file, sqlite3_prepare_v3(file, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
  return statement;
}
static void execute(sqlite3 *file, const char *text) { check(file, sqlite3_exec(file, text, NULL, NULL, NULL)); }

static int note_wal(void *shard, sqlite3 *file, const char *name, int pages) {
  (void)file, (void)name;
  ((struct shard *)shard)->wal_bytes = (int64_t)pages * 4120;
  return SQLITE_OK;
}

static void open_file(struct shard *shard) {
  char path[512];
  snprintf(path, sizeof path, "%s/%d.sqlite", options.target, (int)(shard - shards));
  if (sqlite3_open(path, &shard->file) != SQLITE_OK) stop("cannot open %s", path);
  sqlite3_db_config(shard->file, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (is_exclusive) execute(shard->file, "PRAGMA locking_mode = EXCLUSIVE");
  execute(shard->file, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0");
  sqlite3_wal_hook(shard->file, note_wal, shard);
}

static void close_file(struct shard *shard) {
  for (unsigned place = 0; place < sizeof sql / sizeof *sql; place++) {
    sqlite3_finalize(shard->statements[place]);
    shard->statements[place] = NULL;
  }
  check(shard->file, sqlite3_close(shard->file));
  shard->file = NULL;
}

// Opens what is not open; then another one of the worker's files is closed.
static void reach(struct shard *shard, int worker) {
  if (shard->file) return;
  struct shard **place = &kept[worker][turn[worker]++ % open_most];
  if (*place) close_file(*place);
  *place = shard;
  open_file(shard);
  for (unsigned number = 0; number < sizeof sql / sizeof *sql; number++)
    shard->statements[number] = compiled(shard->file, sql[number]);
}

// `format`: i = an integer (int64_t), b = that many bytes (int).
static void step(struct shard *shard, int which, const char *format, ...) {
  sqlite3_stmt *statement = shard->statements[which];
  va_list values;
  va_start(values, format);
  for (int place = 1; *format; format++, place++) {
    if (*format == 'i') sqlite3_bind_int64(statement, place, va_arg(values, int64_t));
    else sqlite3_bind_blob(statement, place, blob, va_arg(values, int), SQLITE_STATIC);
  }
  va_end(values);
  check(shard->file, sqlite3_step(statement));
  sqlite3_reset(statement);
}

static void merge(struct shard *shard, const struct set *set) {
  int64_t seq = ++shard->seq;
  step(shard, journal, "iiiiiibb", seq, seq, (int64_t)set->device, set->device_seq, set->cbo, seq, options.bytes, 32);
  step(shard, by_cbo, "iib", set->cbo, seq, 32);
  step(shard, device_set, "iibi", (int64_t)set->device, set->device_seq, 32, seq);
  step(shard, device, "ibi", set->device_seq + options.changes, 32, (int64_t)set->device);
  step(shard, meeting, "iiii", set->counter, set->cbo, set->number, seq);
  for (int64_t line = 0; line < options.attendance; line++)
    step(shard, attendance, "iiiii", set->counter + 1 + line, set->cbo, set->counter, set->cbo + 1 + line, seq);
  for (int64_t line = 0; line < options.entries; line++)
    step(shard, entry, "iiiii", set->counter + 1 + options.attendance + line, set->cbo, set->counter,
         set->cbo + 1 + line % members, seq);
  for (int64_t sum = 0; sum < options.balances; sum++)
    step(shard, balance, "iii", set->cbo, sum < 6 ? sum : 6, sum < 6 ? (int64_t)0 : sum);
}

static int by_block(const void *a, const void *b) {
  const struct set *first = a, *second = b;
  if (first->block != second->block) return first->block < second->block ? -1 : 1;
  return first->device_seq < second->device_seq ? -1 : first->device_seq > second->device_seq;
}

// One transaction for all that wait for a block.
static void merge_block(struct shard *shard, const struct set *sets, int count) {
  step(shard, begin, "");
  for (int place = 0; place < count; place++) merge(shard, &sets[place]);
  step(shard, tree, "ib", shard->seq, 320);
  step(shard, rollup, "i", shard->seq);
  step(shard, meta, "i", shard->seq);
  step(shard, commit, "");
  if (shard->wal_bytes >= wal_most) {
    check(shard->file, sqlite3_wal_checkpoint_v2(shard->file, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
    shard->wal_bytes = 0;
  }
}

static void *work(void *argument) {
  int worker = (int)(intptr_t)argument;
  struct set *taken = malloc(sizeof(struct set) * queue_most);
  for (;;) {
    pthread_mutex_lock(&lock);
    while (queues[worker].count == 0) pthread_cond_wait(&changed, &lock);
    int count = queues[worker].count;
    memcpy(taken, queues[worker].sets, sizeof(struct set) * (size_t)count);
    queues[worker].count = 0;
    pthread_mutex_unlock(&lock);
    qsort(taken, (size_t)count, sizeof *taken, by_block);
    for (int from = 0, to; from < count; from = to) {
      for (to = from; to < count && taken[to].block == taken[from].block;) to++;
      reach(&shards[taken[from].block], worker);
      merge_block(&shards[taken[from].block], taken + from, to - from);
    }
    pthread_mutex_lock(&lock);
    unmerged -= count;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

static void store(const struct set *sets, int count) {
  check(intake, sqlite3_step(intake_begin));
  sqlite3_reset(intake_begin);
  for (int place = 0; place < count; place++) {
    sqlite3_bind_int64(intake_row, 1, ++lsn);
    sqlite3_bind_int64(intake_row, 2, sets[place].block);
    sqlite3_bind_blob(intake_row, 3, blob, options.bytes + 60, SQLITE_STATIC);
    check(intake, sqlite3_step(intake_row));
    sqlite3_reset(intake_row);
  }
  check(intake, sqlite3_step(intake_commit));
  sqlite3_reset(intake_commit);
}

// Who comes first writes for all that came: one fsync.
static void send_window(void *line, const struct set *sets, int count) {
  static struct set pending[queue_most], taken[queue_most];
  static int waiting, has_leader;
  static int64_t given, stored;
  (void)line;
  pthread_mutex_lock(&lock);
  while (unmerged + count > queue_most) pthread_cond_wait(&changed, &lock);
  unmerged += count;
  memcpy(pending + waiting, sets, sizeof *sets * (size_t)count);
  waiting += count;
  int64_t own = given += count;
  while (stored < own) {
    if (has_leader) {
      pthread_cond_wait(&changed, &lock);
      continue;
    }
    has_leader = 1;
    int group = waiting;
    int64_t through = given;
    memcpy(taken, pending, sizeof *taken * (size_t)group);
    waiting = 0;
    pthread_mutex_unlock(&lock);
    store(taken, group);
    pthread_mutex_lock(&lock);
    for (int place = 0; place < group; place++) {
      int worker = taken[place].block % workers;
      queues[worker].sets[queues[worker].count++] = taken[place];
    }
    stored = through;
    has_leader = 0;
    pthread_cond_broadcast(&changed);
  }
  pthread_mutex_unlock(&lock);
}

static void drain(void) {
  pthread_mutex_lock(&lock);
  while (unmerged > 0) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
}

static void *open_line(int number) { return (void *)(intptr_t)(number + 1); }
static double cpu_seconds(void) { return cpu_of_process((int)getpid()); }

static void *settle_part(void *part) {
  int worker = (int)(intptr_t)part;
  for (int block = worker; block < options.blocks; block += workers) {
    struct shard *shard = &shards[block];
    reach(shard, worker);
    check(shard->file, sqlite3_wal_checkpoint_v2(shard->file, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
  }
  return NULL;
}

// All that waited is merged: the workers' files are nobody's but theirs.
static void settle(void) {
  pthread_t threads[workers];
  for (int worker = 0; worker < workers; worker++)
    if (pthread_create(&threads[worker], NULL, settle_part, (void *)(intptr_t)worker)) stop("no thread");
  for (int worker = 0; worker < workers; worker++) pthread_join(threads[worker], NULL);
}

static void create_shard(struct shard *shard, const char *schema) {
  open_file(shard);
  execute(shard->file, "BEGIN");
  execute(shard->file, schema);
  for (int number = 1; number <= options.phones / options.blocks + 1; number++) {
    char row[200];
    snprintf(row, sizeof row, "INSERT INTO device VALUES (%d,1,1,x'',1,1,1,x'',1,1,NULL,NULL,'',1)", number);
    execute(shard->file, row);
  }
  execute(shard->file, "INSERT INTO tree VALUES (0,0,x''); INSERT INTO rollup VALUES (0,0,0,0,0,0,0,0,0,0,0); COMMIT");
  close_file(shard);
}

static void prepare(void) {
  if (!options.target || !options.layout) stop("--target (a folder) and --layout (the shard's schema) are missing");
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  is_exclusive = 3 * (rlim_t)options.blocks + 100 > files.rlim_cur;
  sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  FILE *file = fopen(options.layout, "r");
  char *schema = calloc(1, 1 << 20);
  if (!file || fread(schema, 1, (1 << 20) - 1, file) == 0) stop("cannot read %s", options.layout);
  fclose(file);
  shards = calloc((size_t)options.blocks, sizeof *shards);
  for (int block = 0; block < options.blocks; block++) create_shard(&shards[block], schema);
  char path[512];
  snprintf(path, sizeof path, "%s/intake.sqlite", options.target);
  if (sqlite3_open(path, &intake) != SQLITE_OK) stop("cannot open %s", path);
  execute(intake, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                  "CREATE TABLE row (lsn INTEGER PRIMARY KEY, block INTEGER, payload BLOB)");
  intake_begin = compiled(intake, "BEGIN IMMEDIATE");
  intake_row = compiled(intake, "INSERT INTO row VALUES (?1, ?2, ?3)");
  intake_commit = compiled(intake, "COMMIT");
  for (int worker = 0; worker < workers; worker++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, (void *)(intptr_t)worker)) stop("no thread");
  }
}

int main(int count, char **words) { return run(count, words, prepare); }
