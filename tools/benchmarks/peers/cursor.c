// PostgreSQL as a peer of `tools/bench download`: the sets of LokSync's shard, copied before anything is measured; a
// request is a binary cursor over its rows, a thousand at a time, on connections that stay open.
//   --layout usual   a row per change, as a change log has it
//   --layout ours    a journal row per set
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include "download.h"

enum { batch = 1000 };

// What is copied, how it is kept, and what a cursor reads: among its columns how many changes a row holds, and the bytes
// of them; `place` 0 begins a set.
struct layout {
  const char *name, *copied, *table, *copy, *index, *analyze, *cursor, *order;
  int columns, columns_of_bytes, count_column, place_column, bytes_column;
};

static const struct layout layouts[] = {
    {.name = "usual",
     // The bytes of a set in as many parts as it has changes.
     .copied = "WITH RECURSIVE change (place, seq, device, first, count, cbo, hlc, changes) AS ("
               "SELECT 0, seq, device, first_device_seq, count, cbo, hlc, changes FROM journal WHERE cbo IS NOT NULL "
               "UNION ALL SELECT place + 1, seq, device, first, count, cbo, hlc, changes FROM change "
               "WHERE place + 1 < count) SELECT 900001, seq, place, device, first + place, cbo, hlc, "
               "substr(changes, 1 + place * length(changes) / count, "
               "(place + 1) * length(changes) / count - place * length(changes) / count) FROM change",
     .table = "CREATE TABLE change_log (block bigint, seq bigint, place bigint, device bigint, device_seq bigint, "
              "cbo bigint, hlc bigint, fields bytea, PRIMARY KEY (block, seq, place))",
     .copy = "COPY change_log FROM STDIN (FORMAT binary)",
     .index = "CREATE INDEX change_log_by_cbo ON change_log (block, cbo, seq, place)",
     .analyze = "VACUUM ANALYZE change_log",
     .cursor = "SELECT seq, place, device, device_seq, cbo, hlc, fields FROM change_log",
     .order = "ORDER BY seq, place",
     .columns = 8, .columns_of_bytes = 1, .count_column = -1, .place_column = 1, .bytes_column = 6},
    {.name = "ours",
     .copied = "SELECT 900001, seq, device, first_device_seq, count, cbo, received, hlc, verdicts, changes FROM journal "
               "WHERE cbo IS NOT NULL ORDER BY seq",
     .table = "CREATE TABLE journal (block bigint, seq bigint, device bigint, first_device_seq bigint, count bigint, "
              "cbo bigint, received bigint, hlc bigint, verdicts bytea, changes bytea, PRIMARY KEY (block, seq))",
     .copy = "COPY journal FROM STDIN (FORMAT binary)",
     .index = "CREATE INDEX journal_by_cbo ON journal (block, cbo, seq)",
     .analyze = "VACUUM ANALYZE journal",
     .cursor = "SELECT seq, device, first_device_seq, count, cbo, received, hlc, verdicts, changes FROM journal",
     .order = "ORDER BY seq",
     .columns = 10, .columns_of_bytes = 2, .count_column = 3, .place_column = -1, .bytes_column = 8},
};

static const struct layout *layout;
static const char *target;
static int process;

static void fail(PGconn *line) { stop("postgres: %s", PQerrorMessage(line)); }

static PGresult *ran(PGconn *line, PGresult *result, ExecStatusType wanted) {
  if (PQresultStatus(result) != wanted) fail(line);
  return result;
}
static void execute(PGconn *line, const char *statement) {
  PQclear(ran(line, PQexec(line, statement), PGRES_COMMAND_OK));
}

static void *open_line(void) {
  PGconn *line = PQconnectdb(target);
  if (PQstatus(line) != CONNECTION_OK) fail(line);
  return line;
}

static void copy_row(PGconn *line, sqlite3_stmt *row) {
  // COPY's binary form: a count of columns, then each with its length.
  static char bytes[1 << 20];
  char *end = bytes;
  uint16_t count = htons((uint16_t)layout->columns);
  memcpy(end, &count, 2);
  end += 2;
  for (int column = 0; column < layout->columns; column++) {
    int is_bytes = column >= layout->columns - layout->columns_of_bytes;
    uint32_t length = is_bytes ? (uint32_t)sqlite3_column_bytes(row, column) : 8, big = htonl(length);
    uint64_t number = htobe64((uint64_t)sqlite3_column_int64(row, column));
    if (end + length + 4 > bytes + sizeof bytes) stop("a row is too large");
    memcpy(end, &big, 4);
    if (length) memcpy(end + 4, is_bytes ? sqlite3_column_blob(row, column) : (const void *)&number, length);
    end += 4 + length;
  }
  if (PQputCopyData(line, bytes, (int)(end - bytes)) != 1) fail(line);
}

static void load(PGconn *line, const char *shard) {
  static const char head[19] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", tail[2] = "\377\377";
  sqlite3 *file;
  sqlite3_stmt *rows;
  if (sqlite3_open_v2(shard, &file, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) stop("cannot open %s", shard);
  execute(line, layout->table);
  PQclear(ran(line, PQexec(line, layout->copy), PGRES_COPY_IN));
  if (PQputCopyData(line, head, sizeof head) != 1) fail(line);
  if (sqlite3_prepare_v2(file, layout->copied, -1, &rows, NULL) != SQLITE_OK)
    stop("sqlite: %s", sqlite3_errmsg(file));
  while (sqlite3_step(rows) == SQLITE_ROW) copy_row(line, rows);
  sqlite3_finalize(rows);
  sqlite3_close(file);
  if (PQputCopyData(line, tail, sizeof tail) != 1 || PQputCopyEnd(line, NULL) != 1) fail(line);
  PQclear(ran(line, PQgetResult(line), PGRES_COMMAND_OK));
  while (PQgetResult(line)) {}
  execute(line, layout->index);
  execute(line, layout->analyze);
}

static void declare(PGconn *line, struct request request) {
  char statement[600], after[32], through[32], *list = malloc((size_t)request.groups * 24 + 8), *end = list;
  snprintf(after, sizeof after, "%ld", request.after);
  snprintf(through, sizeof through, "%ld", request.through);
  snprintf(statement, sizeof statement,
           "DECLARE page BINARY CURSOR FOR %s WHERE block = 900001 AND seq > $1::bigint AND seq <= $2::bigint %s %s",
           layout->cursor, request.groups ? "AND cbo = ANY ($3::bigint[])" : "", layout->order);
  for (int group = 0; group < request.groups; group++) end += sprintf(end, "%c%ld", group ? ',' : '{', cbos[group]);
  strcpy(end, "}");
  const char *values[] = {after, through, list};
  PGresult *declared = PQexecParams(line, statement, request.groups ? 3 : 2, NULL, values, NULL, NULL, 0);
  PQclear(ran(line, declared, PGRES_COMMAND_OK));
  free(list);
}

static int64_t value(PGresult *page, int row, int column) {
  uint64_t big;
  memcpy(&big, PQgetvalue(page, row, column), 8);
  return (int64_t)be64toh(big);
}

static struct tally fetch(void *argument, struct request request) {
  PGconn *line = argument;
  struct tally tally = {0, 0, 0};
  execute(line, "BEGIN");
  declare(line, request);
  for (int rows = batch; rows == batch;) {
    PGresult *page = PQexecParams(line, "FETCH 1000 FROM page", 0, NULL, NULL, NULL, NULL, 1);
    ran(line, page, PGRES_TUPLES_OK);
    rows = PQntuples(page);
    for (int row = 0; row < rows; row++) {
      tally.changes += layout->count_column < 0 ? 1 : value(page, row, layout->count_column);
      tally.sets += layout->place_column < 0 || value(page, row, layout->place_column) == 0;
      tally.bytes += PQgetlength(page, row, layout->bytes_column);
    }
    PQclear(page);
  }
  execute(line, "COMMIT");
  return tally;
}

static int server_process(void) { return process; }

int main(int count, char **words) {
  read_requests(count, words);
  target = word(count, words, "--target");
  process = number(count, words, "--process");
  for (unsigned place = 0; place < sizeof layouts / sizeof *layouts; place++)
    if (!strcmp(layouts[place].name, word(count, words, "--layout"))) layout = &layouts[place];
  if (!layout) stop("no such layout");
  PGconn *line = open_line();
  load(line, word(count, words, "--shard"));
  PQfinish(line);
  measure_all(count, words);
  return 0;
}
