#include "CZstd.h"

// A file's bytes without a generated array of 300 KB of text beside them.
#pragma clang diagnostic ignored "-Wc23-extensions"

// Old ones stay: a phone with an old app compresses with what it has.
static const unsigned char dictionary_1[] = {
#embed "dictionaries/1.zdict"
};

struct loksync_dictionary loksync_dictionary(unsigned number) {
  switch (number) {
  case 1:
    return (struct loksync_dictionary){dictionary_1, sizeof dictionary_1};
  default:
    return (struct loksync_dictionary){0, 0};
  }
}
