#ifndef LOKSYNC_CZSTD_H
#define LOKSYNC_CZSTD_H

#include <stddef.h>
#include <zstd.h>

/// A dictionary that tools/train-dictionary made; the numbers are those of Frame.dictionary.
struct loksync_dictionary {
  const unsigned char *bytes;
  size_t count;
};

/// No bytes for a number that this build does not have.
struct loksync_dictionary loksync_dictionary(unsigned number);

#endif
