// protobuf-c alone, as the peer of `tools/bench code`: unpacks and packs the very sets that LokSync decoded and
// encoded, each with the messages of its changes, and nothing else: no limits, no UTF-8, no ids, no copies.
#include <dlfcn.h>
#include <lokos/v1/records.pb-c.h>
#include <loksync/v1/sync.pb-c.h>

#include "common.h"

enum { sets_most = 100000, changes_most = 2000 };
static struct { size_t length; const uint8_t *bytes; } sets[sets_most];
static size_t set_count, change_count;
static uint64_t (*counted)(void);

static const ProtobufCMessageDescriptor *descriptor(uint32_t entity) {
  switch (entity) {
  case LOKOS__V1__ENTITY__ENTITY_MEETING: return &lokos__v1__meeting__descriptor;
  case LOKOS__V1__ENTITY__ENTITY_ATTENDANCE: return &lokos__v1__attendance__descriptor;
  case LOKOS__V1__ENTITY__ENTITY_ENTRY: return &lokos__v1__entry__descriptor;
  default: stop("a set holds the entity %u", entity); return NULL;
  }
}

static void read_sets(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) stop("cannot read %s", path);
  uint8_t head[4];
  while (set_count < sets_most && fread(head, 1, 4, file) == 4) {
    size_t length = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    uint8_t *bytes = malloc(length);
    if (fread(bytes, 1, length, file) != length) stop("%s ends early", path);
    sets[set_count].length = length;
    sets[set_count++].bytes = bytes;
  }
  fclose(file);
}

struct unpacked { Loksync__V1__ChangeSet *set; ProtobufCMessage **patches; };

static struct unpacked unpack(size_t place) {
  struct unpacked to = {loksync__v1__change_set__unpack(NULL, sets[place].length, sets[place].bytes), NULL};
  if (!to.set || to.set->n_change > changes_most) stop("set %zu is no message", place);
  to.patches = malloc(to.set->n_change * sizeof *to.patches);
  for (size_t change = 0; change < to.set->n_change; change++) {
    const Loksync__V1__Change *held = to.set->change[change];
    to.patches[change] = protobuf_c_message_unpack(descriptor(held->entity), NULL, held->patch.len, held->patch.data);
    if (!to.patches[change]) stop("change %zu of set %zu is no message", change, place);
  }
  return to;
}

static void release(struct unpacked set) {
  for (size_t change = 0; change < set.set->n_change; change++)
    protobuf_c_message_free_unpacked(set.patches[change], NULL);
  free(set.patches);
  loksync__v1__change_set__free_unpacked(set.set, NULL);
}

// Into memory of its own; gives its length.
static size_t pack(struct unpacked from, uint8_t **to) {
  static uint8_t patches[1 << 20];
  size_t used = 0;
  for (size_t change = 0; change < from.set->n_change; change++) {
    ProtobufCBinaryData *patch = &from.set->change[change]->patch;
    patch->len = protobuf_c_message_pack(from.patches[change], patches + used);
    patch->data = patches + used;
    used += patch->len;
  }
  *to = malloc(loksync__v1__change_set__get_packed_size(from.set));
  return loksync__v1__change_set__pack(from.set, *to);
}

static void print_stage(const char *name, const double *seconds, int rounds, uint64_t allocations, int is_last) {
  printf("{\"name\": \"%s\", \"nanoseconds\": [", name);
  for (int round = 1; round <= rounds; round++)
    printf("%s%.2f", round > 1 ? ", " : "", seconds[round] * 1e9 / (double)change_count);
  printf("]");
  if (counted) printf(", \"allocations\": %.4f", (double)allocations / (double)change_count);
  printf("}%s", is_last ? "" : ", ");
}

// The first round warms up.
static void measure(int rounds) {
  struct unpacked *unpacked = calloc(set_count, sizeof *unpacked);
  uint8_t **packed = calloc(set_count, sizeof *packed);
  double unpacking[1001], packing[1001];
  uint64_t allocated[2] = {0, 0};
  for (int round = 0; round <= rounds; round++) {
    uint64_t before = counted ? counted() : 0;
    double begin = thread_seconds();
    for (size_t place = 0; place < set_count; place++) unpacked[place] = unpack(place);
    unpacking[round] = thread_seconds() - begin;
    allocated[0] = counted ? counted() - before : 0;
    // The patches of what was unpacked are overwritten below: what they were lies in the messages.
    ProtobufCBinaryData kept[changes_most];
    before = counted ? counted() : 0;
    packing[round] = 0;
    for (size_t place = 0; place < set_count; place++) {
      Loksync__V1__ChangeSet *set = unpacked[place].set;
      for (size_t change = 0; change < set->n_change; change++) kept[change] = set->change[change]->patch;
      begin = thread_seconds();
      size_t length = pack(unpacked[place], &packed[place]);
      packing[round] += thread_seconds() - begin;
      for (size_t change = 0; change < set->n_change; change++) set->change[change]->patch = kept[change];
      if (length != sets[place].length || memcmp(packed[place], sets[place].bytes, length))
        stop("set %zu is packed differently", place);
    }
    allocated[1] = counted ? counted() - before : 0;
    if (round == 0) for (size_t place = 0; place < set_count; place++) change_count += unpacked[place].set->n_change;
    for (size_t place = 0; place < set_count; place++) {
      release(unpacked[place]);
      free(packed[place]);
    }
  }
  printf("{\"stages\": [");
  print_stage("decode", unpacking, rounds, allocated[0], 0);
  print_stage("encode", packing, rounds, allocated[1], 1);
  printf("], \"changes\": %zu}\n", change_count);
}

int main(int count, char **words) {
  int rounds = number(count, words, "--rounds");
  if (rounds < 1 || rounds > 1000) stop("--rounds is 1 to 1000");
  *(void **)&counted = dlsym(RTLD_DEFAULT, "loksync_allocations");
  read_sets(word(count, words, "--sets"));
  measure(rounds);
  return 0;
}
