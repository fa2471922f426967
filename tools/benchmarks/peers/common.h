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

static inline double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// The value behind `name` among `--name value` pairs.
static inline const char *word(int count, char **words, const char *name) {
  for (int place = 1; place + 1 < count; place += 2)
    if (!strcmp(words[place], name)) return words[place + 1];
  stop("%s is missing", name);
  return NULL;
}

static inline int number(int count, char **words, const char *name) { return atoi(word(count, words, name)); }

// User and system time of a process and of those that it has started.
static inline double cpu_of_process(int process) {
  double sum = 0;
  DIR *folder = opendir("/proc");
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    char path[300], line[1024];
    snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
    FILE *file = atoi(entry->d_name) ? fopen(path, "r") : NULL;
    if (!file) continue;
    char *end = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    fclose(file);
    int parent;
    unsigned long user, system;
    if (end && sscanf(end + 2, "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &parent, &user, &system) == 3 &&
        (parent == process || atoi(entry->d_name) == process))
      sum += (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
  }
  if (folder) closedir(folder);
  return sum;
}
