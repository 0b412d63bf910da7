/* Memory of POSIX systems: reserved and committed ranges. */
#include "platform/platform.h"

#include <sys/mman.h>

void *bk_os_reserve(uint64_t size, uint64_t alignment)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    uint8_t *range = mmap(NULL, size + alignment, PROT_NONE, flags, -1, 0);
    if (range == MAP_FAILED) {
        return NULL;
    }
    uint8_t *start = (uint8_t *)(((uintptr_t)range + alignment - 1) & ~(uintptr_t)(alignment - 1));
    uint64_t before = (uint64_t)(start - range);
    if (before != 0) {
        munmap(range, before);
    }
    if (before != alignment) {
        munmap(start + size, alignment - before);
    }
    return start;
}

bool bk_os_commit(void *address, uint64_t size)
{
    return mprotect(address, size, PROT_READ | PROT_WRITE) == 0;
}
