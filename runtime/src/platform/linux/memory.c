/* Memory on Linux: discarded ranges, and how much this process may use. */
#include "platform/platform.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define CGROUP_LIMIT_FILE "/sys/fs/cgroup/memory.max"

bool bk_os_discard(void *address, uint64_t size)
{
    return madvise(address, size, MADV_DONTNEED) == 0;
}

void bk_os_prefer_huge(void *address, uint64_t size)
{
#if defined(MADV_HUGEPAGE)
    madvise(address, size, MADV_HUGEPAGE);
#else
    (void)address;
    (void)size;
#endif
}

/* Without stdio: in a static executable scanf and file streams cost 8 KiB. The file holds a number or `max`. */
static uint64_t cgroup_limit(void)
{
    char text[32];
    int file = open(CGROUP_LIMIT_FILE, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return UINT64_MAX;
    }
    int64_t size = bk_os_read(file, text, sizeof text - 1);
    bk_os_close(file);
    text[size > 0 ? size : 0] = '\0';
    uint64_t value = strtoull(text, NULL, 10);
    return value > 0 ? value : UINT64_MAX;
}

uint64_t bk_os_memory(void)
{
    uint64_t memory = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t limit = cgroup_limit();
    return memory < limit ? memory : limit;
}
