// PostgreSQL as the peer of `tools/bench upload`: each connection sends a window of sets as one transaction, in
// libpq's pipeline mode, one prepared statement a set, arrays in binary.
//   --layout usual   a row per record (upserted) and a row per change in a log
//   --layout ours    a journal row per set, a row per line, balances added up
#include <arpa/inet.h>
#include <libpq-fe.h>

#include "peer.h"

static const char *const tables[] = {
    "CREATE TABLE record (block int, id bigint, entity smallint, cbo bigint, hlc bigint, device int, "
    "fields bytea, PRIMARY KEY (block, id))",
    "CREATE INDEX record_by_cbo ON record (block, cbo)",
    "CREATE TABLE change_log (seq bigserial PRIMARY KEY, block int, record bigint, device int, "
    "device_seq bigint, hlc bigint, fields bytea)",
    "CREATE INDEX change_log_by_block ON change_log (block, seq)",
    "CREATE TABLE journal (block int, device int, first_device_seq bigint, count int, cbo bigint, hlc bigint, "
    "verdicts bytea, changes bytea, leaf bytea, PRIMARY KEY (block, device, first_device_seq))",
    "CREATE INDEX journal_by_cbo ON journal (block, cbo, first_device_seq)",
    "CREATE TABLE meeting (block int, id bigint, cbo bigint, number bigint, day int, closing bigint, seq bigint, "
    "PRIMARY KEY (block, id))",
    "CREATE INDEX meeting_by_cbo ON meeting (block, cbo, number)",
    "CREATE TABLE attendance (block int, id bigint, cbo bigint, meeting bigint, member bigint, present int, "
    "seq bigint, PRIMARY KEY (block, id))",
    "CREATE TABLE entry (block int, id bigint, cbo bigint, meeting bigint, day int, kind int, amount bigint, "
    "debit int, credit int, member bigint, seq bigint, posted int, PRIMARY KEY (block, id))",
    "CREATE INDEX entry_by_cbo ON entry (block, cbo, day)",
    "CREATE TABLE balance (block int, cbo bigint, account int, share bigint, paise bigint, "
    "PRIMARY KEY (block, cbo, account, share))",
};

static const char usual[] =
    "WITH sent AS (SELECT * FROM unnest($1::bigint[], $2::bytea[]) AS sent (id, fields)), "
    "kept AS (INSERT INTO record SELECT $3::int, id, 6, $4::bigint, $5::bigint, $6::int, fields FROM sent "
    "ON CONFLICT (block, id) DO UPDATE SET fields = excluded.fields, hlc = excluded.hlc, device = excluded.device) "
    "INSERT INTO change_log (block, record, device, device_seq, hlc, fields) "
    "SELECT $3::int, id, $6::int, $5::bigint, $5::bigint, fields FROM sent";

static const char ours[] =
    "WITH kept AS (INSERT INTO journal VALUES ($3::int, $6::int, $5::bigint, 50, $4::bigint, $5::bigint, '', "
    "$2::bytea, $7::bytea)), "
    "held AS (INSERT INTO meeting VALUES ($3::int, $8::bigint, $4::bigint, $9::bigint, 20000, 100000, $5::bigint)), "
    "present AS (INSERT INTO attendance SELECT $3::int, id, $4::bigint, $8::bigint, member, 1, $5::bigint "
    "FROM unnest($10::bigint[], $11::bigint[]) AS line (id, member)), "
    "lines AS (INSERT INTO entry SELECT $3::int, id, $4::bigint, $8::bigint, 20000, 1, 5000, 1, 20, member, "
    "$5::bigint, 1 FROM unnest($1::bigint[], $12::bigint[]) AS line (id, member)) "
    "INSERT INTO balance SELECT $3::int, $4::bigint, account, share, 5000 "
    "FROM unnest($13::int[], $14::bigint[]) AS sum (account, share) "
    "ON CONFLICT (block, cbo, account, share) DO UPDATE SET paise = balance.paise + excluded.paise";

enum { int4 = 23, int8 = 20, bytea = 17, parameters_most = 14 };
struct parameters { char *values[parameters_most]; int lengths[parameters_most], count; };

static void add(struct parameters *to, const void *bytes, int count) {
  memcpy(to->values[to->count] = malloc((size_t)count + 1), bytes, (size_t)count);
  to->lengths[to->count++] = count;
}
static void add_int4(struct parameters *to, int32_t value) {
  uint32_t big = htonl((uint32_t)value);
  add(to, &big, 4);
}
static void add_int8(struct parameters *to, int64_t value) {
  uint64_t big = htobe64((uint64_t)value);
  add(to, &big, 8);
}

// PostgreSQL's binary form of a one-dimensional array; each element `width` bytes long.
static void add_array(struct parameters *to, int type, int count, int width, const void *elements) {
  int length = 20 + count * (4 + width);
  char *bytes = malloc((size_t)length), *end = bytes;
  uint32_t head[] = {htonl(1), 0, htonl((uint32_t)type), htonl((uint32_t)count), htonl(1)};
  memcpy(end, head, 20);
  end += 20;
  for (int place = 0; place < count; place++) {
    uint32_t size = htonl((uint32_t)width);
    memcpy(end, &size, 4);
    memcpy(end + 4, (const char *)elements + place * width, (size_t)width);
    end += 4 + width;
  }
  to->values[to->count] = bytes;
  to->lengths[to->count++] = length;
}

static void fill(int64_t *to, int count, int64_t first, int step) {
  for (int place = 0; place < count; place++) to[place] = (int64_t)htobe64((uint64_t)(first + place * step));
}

static void bind_set(struct parameters *to, const struct set *set) {
  int64_t numbers[2048];
  int is_usual = !strcmp(options.layout, "usual");
  char changes[65536] = {0};
  int patch = options.bytes / options.changes;
  fill(numbers, is_usual ? options.changes : options.entries, set->counter + (is_usual ? 0 : 1 + options.attendance), 1);
  add_array(to, int8, is_usual ? options.changes : options.entries, 8, numbers);
  if (is_usual) add_array(to, bytea, options.changes, patch, changes); else add(to, changes, options.bytes);
  add_int4(to, set->block);
  add_int8(to, set->cbo);
  add_int8(to, set->device_seq);
  add_int4(to, set->device);
  if (is_usual) return;
  add(to, changes, 32);
  add_int8(to, set->counter);
  add_int8(to, set->number);
  fill(numbers, options.attendance, set->counter + 1, 1);
  add_array(to, int8, options.attendance, 8, numbers);
  fill(numbers, options.attendance, set->cbo + 1, 1);
  add_array(to, int8, options.attendance, 8, numbers);
  for (int place = 0; place < options.entries; place++)
    numbers[place] = (int64_t)htobe64((uint64_t)(set->cbo + 1 + place % members));
  add_array(to, int8, options.entries, 8, numbers);
  int32_t accounts[256];
  for (int place = 0; place < options.balances; place++) {
    accounts[place] = (int32_t)htonl((uint32_t)(place < 6 ? place : 6));
    numbers[place] = (int64_t)htobe64((uint64_t)(place < 6 ? 0 : place));
  }
  add_array(to, int4, options.balances, 4, accounts);
  add_array(to, int8, options.balances, 8, numbers);
}

static void take(PGconn *line, ExecStatusType wanted, int count) {
  while (count > 0) {
    PGresult *result = PQgetResult(line);
    if (!result) continue;
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_PIPELINE_SYNC) stop("%s", PQresultErrorMessage(result));
    if (status == wanted) count--;
    PQclear(result);
  }
}

static void send_window(void *argument, const struct set *sets, int count) {
  PGconn *line = argument;
  int formats[parameters_most];
  for (int place = 0; place < parameters_most; place++) formats[place] = 1;
  for (int place = 0; place < count; place++) {
    struct parameters bound = {.count = 0};
    bind_set(&bound, &sets[place]);
    if (!PQsendQueryPrepared(line, "set", bound.count, (const char *const *)bound.values, bound.lengths, formats, 0))
      stop("%s", PQerrorMessage(line));
    for (int value = 0; value < bound.count; value++) free(bound.values[value]);
  }
  // Up to here it is one transaction.
  if (!PQpipelineSync(line)) stop("%s", PQerrorMessage(line));
  take(line, PGRES_PIPELINE_SYNC, 1);
}

static PGconn *connect_to(void) {
  PGconn *line = PQconnectdb(options.target);
  if (PQstatus(line) != CONNECTION_OK) stop("%s", PQerrorMessage(line));
  return line;
}

static void execute(PGconn *line, const char *statement) {
  PGresult *result = PQexec(line, statement);
  if (PQresultStatus(result) != PGRES_COMMAND_OK) stop("%s", PQresultErrorMessage(result));
  PQclear(result);
}

static void *open_line(int number) {
  (void)number;
  PGconn *line = connect_to();
  PGresult *result = PQprepare(line, "set", !strcmp(options.layout, "usual") ? usual : ours, 0, NULL);
  if (PQresultStatus(result) != PGRES_COMMAND_OK) stop("%s", PQresultErrorMessage(result));
  PQclear(result);
  if (!PQenterPipelineMode(line)) stop("no pipeline mode");
  return line;
}

static void drain(void) {}
static double cpu_seconds(void) { return cpu_of_process(options.process); }

static void settle(void) {
  PGconn *line = connect_to();
  execute(line, "CHECKPOINT");
  PQfinish(line);
}

static void prepare(void) {
  if (!options.target || !options.layout) stop("--target and --layout are missing");
  PGconn *line = connect_to();
  for (unsigned table = 0; table < sizeof tables / sizeof *tables; table++) execute(line, tables[table]);
  PQfinish(line);
}

int main(int count, char **words) { return run(count, words, prepare); }
