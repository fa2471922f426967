// Loaded before all other libraries (LD_PRELOAD), counts allocations: malloc, calloc, realloc,
// and the aligned ones. What is freed is not subtracted.
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

static _Atomic uint64_t count;
uint64_t loksync_allocations(void) { return atomic_load_explicit(&count, memory_order_relaxed); }

// glibc's own, under the names that it keeps for libraries like this one.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void note(void) { atomic_fetch_add_explicit(&count, 1, memory_order_relaxed); }

void *malloc(size_t size) { return note(), __libc_malloc(size); }
void *calloc(size_t many, size_t size) { return note(), __libc_calloc(many, size); }
void *realloc(void *old, size_t size) { return note(), __libc_realloc(old, size); }
void *memalign(size_t alignment, size_t size) { return note(), __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return note(), __libc_memalign(alignment, size); }
int posix_memalign(void **to, size_t alignment, size_t size) {
  note();
  *to = __libc_memalign(alignment, size);
  return *to ? 0 : 12;
}
