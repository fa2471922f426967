// PostgreSQL as a peer of `tools/bench download`: a journal row a set, copied from LokSync's shard before anything is
// measured; a request is a binary cursor over its rows, a thousand at a time, on connections that stay open.
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include "download.h"

enum { columns = 10, columns_of_bytes = 2, batch = 1000 };

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
  uint16_t count = htons(columns);
  memcpy(end, &count, 2);
  end += 2;
  for (int column = 0; column < columns; column++) {
    int is_bytes = column >= columns - columns_of_bytes;
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
  execute(line, "CREATE TABLE journal (block bigint, seq bigint, device bigint, first_device_seq bigint, count bigint, "
                "cbo bigint, received bigint, hlc bigint, verdicts bytea, changes bytea, PRIMARY KEY (block, seq))");
  PQclear(ran(line, PQexec(line, "COPY journal FROM STDIN (FORMAT binary)"), PGRES_COPY_IN));
  if (PQputCopyData(line, head, sizeof head) != 1) fail(line);
  if (sqlite3_prepare_v2(file, "SELECT 900001, seq, device, first_device_seq, count, cbo, received, hlc, verdicts, "
                               "changes FROM journal WHERE cbo IS NOT NULL ORDER BY seq", -1, &rows, NULL) != SQLITE_OK)
    stop("sqlite: %s", sqlite3_errmsg(file));
  while (sqlite3_step(rows) == SQLITE_ROW) copy_row(line, rows);
  sqlite3_finalize(rows);
  sqlite3_close(file);
  if (PQputCopyData(line, tail, sizeof tail) != 1 || PQputCopyEnd(line, NULL) != 1) fail(line);
  PQclear(ran(line, PQgetResult(line), PGRES_COMMAND_OK));
  while (PQgetResult(line)) {}
  execute(line, "CREATE INDEX journal_by_cbo ON journal (block, cbo, seq)");
  execute(line, "VACUUM ANALYZE journal");
}

static void declare(PGconn *line, struct request request) {
  static const char selected[] =
      "DECLARE page BINARY CURSOR FOR SELECT seq, device, first_device_seq, count, cbo, received, hlc, verdicts, changes "
      "FROM journal WHERE block = 900001 AND seq > $1::bigint AND seq <= $2::bigint";
  char statement[600], after[32], through[32], *list = malloc((size_t)request.groups * 24 + 8), *end = list;
  snprintf(after, sizeof after, "%ld", request.after);
  snprintf(through, sizeof through, "%ld", request.through);
  snprintf(statement, sizeof statement, "%s %s ORDER BY seq", selected,
           request.groups ? "AND cbo = ANY ($3::bigint[])" : "");
  for (int group = 0; group < request.groups; group++) end += sprintf(end, "%c%ld", group ? ',' : '{', cbos[group]);
  strcpy(end, "}");
  const char *values[] = {after, through, list};
  PGresult *declared = PQexecParams(line, statement, request.groups ? 3 : 2, NULL, values, NULL, NULL, 0);
  PQclear(ran(line, declared, PGRES_COMMAND_OK));
  free(list);
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
      uint64_t count;
      memcpy(&count, PQgetvalue(page, row, 3), 8);
      tally.changes += (int64_t)be64toh(count);
      tally.bytes += PQgetlength(page, row, 8);
    }
    tally.sets += rows;
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
  PGconn *line = open_line();
  load(line, word(count, words, "--shard"));
  PQfinish(line);
  measure_all(count, words);
  return 0;
}
