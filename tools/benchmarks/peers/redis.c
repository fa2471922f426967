// Redis as the non-relational bound of `tools/bench upload`: with `appendfsync always`, each set is pushed to its
// block's journal and its changes are put into the block's hash of records. No rules, no sums, no history of a
// group.
#include <hiredis/hiredis.h>

#include "peer.h"

static void send_window(void *argument, const struct set *sets, int count) {
  redisContext *line = argument;
  static const char bytes[65536];
  int patch = options.bytes / options.changes;
  for (int place = 0; place < count; place++) {
    const struct set *set = &sets[place];
    redisAppendCommand(line, "RPUSH journal:%d %b", set->block, bytes, (size_t)options.bytes);
    const char *words[2 + 2 * 2048];
    size_t lengths[2 + 2 * 2048];
    char key[32], ids[2048][24];
    snprintf(key, sizeof key, "record:%d", set->block);
    words[0] = "HSET", lengths[0] = 4, words[1] = key, lengths[1] = strlen(key);
    for (int change = 0; change < options.changes; change++) {
      snprintf(ids[change], sizeof ids[change], "%lld", (long long)set->counter + change);
      words[2 + 2 * change] = ids[change], lengths[2 + 2 * change] = strlen(ids[change]);
      words[3 + 2 * change] = bytes, lengths[3 + 2 * change] = (size_t)patch;
    }
    redisAppendCommandArgv(line, 2 + 2 * options.changes, words, lengths);
  }
  for (int reply = 0; reply < 2 * count; reply++) {
    redisReply *answer = NULL;
    if (redisGetReply(line, (void **)&answer) != REDIS_OK || answer->type == REDIS_REPLY_ERROR)
      stop("redis: %s", answer ? answer->str : line->errstr);
    freeReplyObject(answer);
  }
}

static void *open_line(int number) {
  (void)number;
  redisContext *line = redisConnect("127.0.0.1", atoi(options.target));
  if (!line || line->err) stop("redis: %s", line ? line->errstr : "no connection");
  return line;
}

static void drain(void) {}
static double cpu_seconds(void) { return cpu_of_process(options.process); }
static void settle(void) {}
static void prepare(void) { if (!options.target) stop("--target is missing"); }

int main(int count, char **words) { return run(count, words, prepare); }
