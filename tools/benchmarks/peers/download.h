// What the peers of `tools/bench download` have in common: the same requests as LokSync's phones make, how often, and
// what came. A peer defines `open_line`, `fetch` and `server_process`.
#include <pthread.h>

#include "common.h"

enum { groups_most = 10000, sizes_most = 16, lines_most = 64 };

// Sets of the first `groups` groups (0 = of the block) beyond `after` and up to `through`, in the order in which they
// came.
struct request { int64_t after, through, groups; };
struct tally { int64_t sets, changes, bytes; };

static int64_t cbos[groups_most];
static int rounds, phones, at_a_time;

static void *open_line(void);
static struct tally fetch(void *line, struct request request);
static int server_process(void);

static void read_cbos(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) stop("cannot read %s", path);
  for (int place = 0; place < groups_most && fscanf(file, "%ld", &cbos[place]) == 1;) place++;
  fclose(file);
}

struct lane { pthread_t thread; void *line; struct request request; int count; struct tally tally; };

static void *run_lane(void *argument) {
  struct lane *lane = argument;
  for (int turn = 0; turn < lane->count; turn++) {
    struct tally one = fetch(lane->line, lane->request);
    lane->tally.sets += one.sets;
    lane->tally.changes += one.changes;
    lane->tally.bytes += one.bytes;
  }
  return NULL;
}

// One row of the report: `count` phones, as many at a time as there are lanes. The first round warms up.
static void measure(const char *kind, struct lane *lanes, int lane_count, struct request request, int count) {
  printf("{\"kind\": \"%s\", \"groups\": %ld, \"rounds\": [", kind, request.groups);
  for (int round = 0; round <= rounds; round++) {
    double cpu = cpu_of_process(server_process()), begin = now();
    for (int place = 0; place < lane_count; place++) {
      lanes[place].request = request;
      lanes[place].count = count / lane_count + (place < count % lane_count);
      lanes[place].tally = (struct tally){0, 0, 0};
      if (pthread_create(&lanes[place].thread, NULL, run_lane, &lanes[place])) stop("no thread");
    }
    struct tally all = {0, 0, 0};
    for (int place = 0; place < lane_count; place++) {
      pthread_join(lanes[place].thread, NULL);
      all.sets += lanes[place].tally.sets;
      all.changes += lanes[place].tally.changes;
      all.bytes += lanes[place].tally.bytes;
    }
    double seconds = now() - begin;
    if (round == 0) continue;
    printf("%s{\"seconds\": %.6f, \"sets\": %ld, \"changes\": %ld, \"setBytes\": %ld, \"serverCPUSeconds\": %.3f}",
           round > 1 ? ", " : "", seconds, all.sets, all.changes, all.bytes, cpu_of_process(server_process()) - cpu);
  }
  printf("]}");
}

static void read_requests(int count, char **words) {
  read_cbos(word(count, words, "--cbos"));
  rounds = number(count, words, "--rounds");
  phones = number(count, words, "--phones");
  at_a_time = number(count, words, "--at-a-time");
  if (rounds < 1 || phones < 1 || at_a_time < 1 || at_a_time > lines_most) stop("a number is out of range");
}

// First syncs by one phone, then what is new to many.
static void measure_all(int count, char **words) {
  static struct lane lanes[lines_most];
  for (int place = 0; place < at_a_time; place++) lanes[place].line = open_line();
  char sizes[200];
  snprintf(sizes, sizeof sizes, "%s", word(count, words, "--sizes"));
  // What came later than the first syncs that LokSync was asked for is what its phones caught up with.
  int64_t after = atol(word(count, words, "--after"));
  printf("{\"rows\": [");
  for (char *size = strtok(sizes, ","); size; size = strtok(NULL, ",")) {
    measure("sets", lanes, 1, (struct request){0, after, atoi(size)}, 1);
    printf(", ");
  }
  measure("catchUp", lanes, at_a_time, (struct request){after, INT64_MAX, 0}, phones);
  printf("]}\n");
}
