// Raw SQLite as a peer of `tools/bench download`: a process reads the rows of LokSync's own shard by prepared
// statements and writes them to a loopback socket, nothing else - no session, no rights, no compression. With --source
// memory the rows come from memory: what the loopback carries at most.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sqlite3.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>

#include "download.h"

enum { buffer_bytes = 1 << 16 };
struct row { int64_t seq, device, first, count, cbo, received, hlc, rules; uint32_t verdict_bytes, change_bytes; };

static const char *const by_cbo =
    "SELECT journal.seq, device, first_device_seq, count, journal.cbo, received, hlc, rules, verdicts, changes "
    "FROM journal_by_cbo AS by_cbo JOIN journal ON journal.seq = by_cbo.seq WHERE by_cbo.cbo = ?1 AND by_cbo.seq > ?2 "
    "AND by_cbo.seq <= ?3 ORDER BY by_cbo.seq";
static const char *const by_seq =
    "SELECT seq, device, first_device_seq, count, cbo, received, hlc, rules, verdicts, changes FROM journal "
    "WHERE seq > ?2 AND seq <= ?3 AND ?1 = 0 AND cbo IS NOT NULL ORDER BY seq";

static const char *shard_path;
static int is_memory, child;
static struct sockaddr_in address = {.sin_family = AF_INET};

static void check(sqlite3 *file, int code) {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) stop("sqlite: %s", sqlite3_errmsg(file));
}

struct writer { int socket; size_t used; char bytes[buffer_bytes]; };

static void send_all(int socket, const void *bytes, size_t count) {
  for (const char *from = bytes; count > 0;) {
    ssize_t sent = send(socket, from, count, MSG_NOSIGNAL);
    if (sent <= 0) stop("a socket is gone");
    from += sent;
    count -= (size_t)sent;
  }
}

static void flush(struct writer *to) {
  send_all(to->socket, to->bytes, to->used);
  to->used = 0;
}

static void put(struct writer *to, const void *bytes, size_t count) {
  if (to->used + count > buffer_bytes) flush(to);
  if (count > buffer_bytes) return send_all(to->socket, bytes, count);
  memcpy(to->bytes + to->used, bytes, count);
  to->used += count;
}

static void put_rows(struct writer *to, sqlite3_stmt *rows, int64_t cbo, struct request request) {
  sqlite3_bind_int64(rows, 1, cbo);
  sqlite3_bind_int64(rows, 2, request.after);
  sqlite3_bind_int64(rows, 3, request.through);
  while (sqlite3_step(rows) == SQLITE_ROW) {
    struct row row = {.verdict_bytes = (uint32_t)sqlite3_column_bytes(rows, 8),
                      .change_bytes = (uint32_t)sqlite3_column_bytes(rows, 9)};
    int64_t *columns = &row.seq;
    for (int column = 0; column < 8; column++) columns[column] = sqlite3_column_int64(rows, column);
    put(to, &row, sizeof row);
    put(to, sqlite3_column_blob(rows, 8), row.verdict_bytes);
    put(to, sqlite3_column_blob(rows, 9), row.change_bytes);
  }
  sqlite3_reset(rows);
}

// Everything that a request brings, kept for the next one like it.
struct kept { struct request request; char *bytes; size_t count, room; };

static void keep(struct kept *to, const void *bytes, size_t count) {
  if (to->count + count > to->room) to->bytes = realloc(to->bytes, to->room = (to->room + count) * 2);
  memcpy(to->bytes + to->count, bytes, count);
  to->count += count;
}

static void answer(struct writer *to, sqlite3_stmt *const *statements, struct request request) {
  if (request.groups == 0) put_rows(to, statements[1], 0, request);
  for (int group = 0; group < request.groups; group++) put_rows(to, statements[0], cbos[group], request);
}

// From memory: the first answer is read back through a pair of sockets, and sent whole from then on.
static void *catch_answer(void *argument) {
  struct { int socket; struct kept *kept; } *both = argument;
  char bytes[buffer_bytes];
  for (ssize_t count; (count = recv(both->socket, bytes, sizeof bytes, 0)) > 0;) keep(both->kept, bytes, (size_t)count);
  return NULL;
}

static void fill(struct kept *kept, sqlite3_stmt *const *statements, struct request request) {
  int pair[2];
  pthread_t thread;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) stop("no pair of sockets");
  *kept = (struct kept){.request = request, .bytes = kept->bytes, .room = kept->room};
  struct { int socket; struct kept *kept; } both = {pair[1], kept};
  if (pthread_create(&thread, NULL, catch_answer, &both)) stop("no thread");
  struct writer *to = calloc(1, sizeof *to);
  to->socket = pair[0];
  answer(to, statements, request);
  flush(to);
  close(pair[0]);
  pthread_join(thread, NULL);
  close(pair[1]);
  free(to);
}

static void *serve_line(void *argument) {
  struct writer *to = calloc(1, sizeof *to);
  struct kept kept = {.request = {-1, -1, -1}};
  to->socket = (int)(intptr_t)argument;
  sqlite3 *file;
  sqlite3_stmt *statements[2];
  if (sqlite3_open_v2(shard_path, &file, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    stop("cannot open %s", shard_path);
  check(file, sqlite3_prepare_v2(file, by_cbo, -1, &statements[0], NULL));
  check(file, sqlite3_prepare_v2(file, by_seq, -1, &statements[1], NULL));
  for (struct request request; recv(to->socket, &request, sizeof request, MSG_WAITALL) == sizeof request;) {
    struct row end = {.seq = -1};
    if (!is_memory) {
      answer(to, statements, request);
    } else {
      if (memcmp(&kept.request, &request, sizeof request)) fill(&kept, statements, request);
      send_all(to->socket, kept.bytes, kept.count);
    }
    put(to, &end, sizeof end);
    flush(to);
  }
  return NULL;
}

// In a process of its own; ends with the one that measures.
static void serve(int listener) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  for (int line; (line = accept(listener, NULL, NULL)) >= 0;) {
    pthread_t thread;
    int one = 1;
    // The end of an answer does not wait for the phone's word about what came before it.
    setsockopt(line, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (pthread_create(&thread, NULL, serve_line, (void *)(intptr_t)line)) stop("no thread");
  }
  exit(0);
}

struct reader { int socket; size_t begin, end; char bytes[buffer_bytes]; };

static void take(struct reader *from, void *to, size_t count) {
  for (char *next = to; count > 0;) {
    if (from->begin == from->end) {
      ssize_t got = recv(from->socket, from->bytes, sizeof from->bytes, 0);
      if (got <= 0) stop("the server is gone");
      from->begin = 0;
      from->end = (size_t)got;
    }
    size_t part = from->end - from->begin < count ? from->end - from->begin : count;
    memcpy(next, from->bytes + from->begin, part);
    from->begin += part;
    next += part;
    count -= part;
  }
}

static void *open_line(void) {
  struct reader *line = calloc(1, sizeof *line);
  int one = 1;
  line->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(line->socket, (struct sockaddr *)&address, sizeof address)) stop("cannot connect");
  setsockopt(line->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return line;
}

static struct tally fetch(void *argument, struct request request) {
  struct reader *line = argument;
  struct tally tally = {0, 0, 0};
  char bytes[1 << 20];
  send_all(line->socket, &request, sizeof request);
  for (struct row row;;) {
    take(line, &row, sizeof row);
    if (row.seq < 0) return tally;
    if (row.verdict_bytes + row.change_bytes > sizeof bytes) stop("a row is too large");
    take(line, bytes, row.verdict_bytes + row.change_bytes);
    tally.sets++;
    tally.changes += row.count;
    tally.bytes += row.change_bytes;
  }
}

static int server_process(void) { return child; }

int main(int count, char **words) {
  read_requests(count, words);
  shard_path = word(count, words, "--target");
  is_memory = !strcmp(word(count, words, "--source"), "memory");
  sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  socklen_t length = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, lines_most) ||
      getsockname(listener, (struct sockaddr *)&address, &length)) stop("cannot listen");
  child = fork();
  if (child == 0) serve(listener);
  close(listener);
  measure_all(count, words);
  kill(child, SIGTERM);
  return 0;
}
