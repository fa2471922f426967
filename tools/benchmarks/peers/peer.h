// What every peer of `tools/bench upload` has in common: the same load as `loksync load` sends, its rounds, and
// what they took. A peer defines `open_line`, `send_window`, `cpu_seconds` and `settle`.
#include <pthread.h>

#include "common.h"

enum { window_sets = 8, groups_per_phone = 4, members = 12 };

// One meeting of one group, with the numbers that its rows are made of.
struct set {
  int block, device;
  int64_t cbo, device_seq, counter, number;
};

static struct {
  int blocks, connections, sets, rounds, warm_up, phones;
  int changes, attendance, entries, balances, bytes, process, one_by_one;
  const char *target, *layout;
} options = {.blocks = 64, .connections = 16, .sets = 20000, .rounds = 5, .warm_up = 1, .changes = 50,
             .attendance = 12, .entries = 37, .balances = 30, .bytes = 920};

static void read_options(int count, char **words) {
  struct { const char *name; int *value; } numbers[] = {
      {"--blocks", &options.blocks}, {"--connections", &options.connections}, {"--sets", &options.sets},
      {"--rounds", &options.rounds}, {"--warm-up", &options.warm_up}, {"--changes", &options.changes},
      {"--attendance", &options.attendance}, {"--entries", &options.entries},
      {"--balances", &options.balances}, {"--bytes", &options.bytes}, {"--process", &options.process},
      {"--one-by-one", &options.one_by_one}};
  for (int place = 1; place + 1 < count; place += 2) {
    int known = 0;
    for (unsigned number = 0; number < sizeof numbers / sizeof *numbers; number++)
      if (!strcmp(words[place], numbers[number].name)) known = (*numbers[number].value = atoi(words[place + 1]), 1);
    if (!strcmp(words[place], "--target")) known = (options.target = words[place + 1], 1);
    if (!strcmp(words[place], "--layout")) known = (options.layout = words[place + 1], 1);
    if (!known) stop("unknown option %s", words[place]);
  }
  options.phones = options.blocks > options.connections ? options.blocks : options.connections;
}

static void *open_line(int line);
// All of them are durable when it returns.
static void send_window(void *line, const struct set *sets, int count);
static double cpu_seconds(void);
// Returns when nothing that was sent is left to do.
static void drain(void);
// Pays what is owed for rounds that are over: checkpoints.
static void settle(void);

struct lane { int number, round; void *line; };

static void *run_lane(void *argument) {
  struct lane *lane = argument;
  int most = options.one_by_one ? 1 : window_sets;
  int each = options.sets / options.phones > 0 ? options.sets / options.phones : 1;
  for (int phone = lane->number; phone < options.phones; phone += options.connections) {
    struct set sets[window_sets];
    int waiting = 0;
    for (int place = 0; place < each; place++) {
      int64_t before = (int64_t)lane->round * each + place;
      int device = phone / options.blocks + 1;
      struct set *set = &sets[waiting++];
      set->block = phone % options.blocks;
      set->device = device;
      set->cbo = (int64_t)device << 32 | (1 + place % groups_per_phone * (members + 1));
      set->device_seq = 1000 + before * options.changes;
      set->counter = (int64_t)device << 32 | set->device_seq;
      set->number = 2 + before / groups_per_phone;
      if (waiting < most && place + 1 < each) continue;
      send_window(lane->line, sets, waiting);
      // What a person waits for: the set is in the books, not only on the disk.
      if (options.one_by_one) drain();
      waiting = 0;
    }
  }
  return NULL;
}

static int run(int count, char **words, void (*prepare)(void)) {
  read_options(count, words);
  prepare();
  struct lane *lanes = calloc((size_t)options.connections, sizeof *lanes);
  pthread_t *threads = calloc((size_t)options.connections, sizeof *threads);
  for (int lane = 0; lane < options.connections; lane++) lanes[lane] = (struct lane){lane, 0, open_line(lane)};
  int sets = (options.sets / options.phones > 0 ? options.sets / options.phones : 1) * options.phones;
  printf("{\"rounds\": [");
  for (int round = 0; round < options.warm_up + options.rounds; round++) {
    double begin = now(), before = cpu_seconds();
    for (int lane = 0; lane < options.connections; lane++) {
      lanes[lane].round = round;
      if (pthread_create(&threads[lane], NULL, run_lane, &lanes[lane])) stop("no thread");
    }
    for (int lane = 0; lane < options.connections; lane++) pthread_join(threads[lane], NULL);
    drain();
    if (round < options.warm_up) continue;
    printf("%s{\"seconds\": %.6f, \"sets\": %d, \"changes\": %d, \"serverCPUSeconds\": %.3f}",
           round > options.warm_up ? ", " : "", now() - begin, sets, sets * options.changes, cpu_seconds() - before);
  }
  double begin = now(), before = cpu_seconds();
  settle();
  printf("], \"settleSeconds\": %.6f, \"settleCPUSeconds\": %.3f, \"setsInAll\": %d}\n", now() - begin,
         cpu_seconds() - before, sets * (options.warm_up + options.rounds));
  return 0;
}
