// What all peers of `tools/bench` have in common.
#pragma once
#include <dirent.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static inline void stop(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

static inline double seconds_of(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}
static inline double now(void) { return seconds_of(CLOCK_MONOTONIC); }
// Of this thread alone: what other processes take of the machine is not in it.
static inline double thread_seconds(void) { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }

// The value behind `name` among `--name value` pairs.
static inline const char *word(int count, char **words, const char *name) {
  for (int place = 1; place + 1 < count; place += 2)
    if (!strcmp(words[place], name)) return words[place + 1];
  stop("%s is missing", name);
  return NULL;
}

static inline int number(int count, char **words, const char *name) { return atoi(word(count, words, name)); }

// Processor time of a process and of those that it has started, by their own clocks: /proc counts in hundredths.
static inline double cpu_of_process(int process) {
  double sum = 0;
  DIR *folder = opendir("/proc");
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    char path[300], line[1024];
    int parent, found = atoi(entry->d_name);
    snprintf(path, sizeof path, "/proc/%d/stat", found);
    FILE *file = found ? fopen(path, "r") : NULL;
    if (!file) continue;
    char *end = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    fclose(file);
    clockid_t clock;
    if (end && sscanf(end + 2, "%*c %d", &parent) == 1 && (parent == process || found == process) &&
        clock_getcpuclockid(found, &clock) == 0)
      sum += seconds_of(clock);
  }
  if (folder) closedir(folder);
  return sum;
}
