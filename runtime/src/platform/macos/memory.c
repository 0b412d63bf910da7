/* Memory on macOS: discarded ranges, and how much this process may use. */
#include "platform/platform.h"

#include <sys/mman.h>
#include <sys/sysctl.h>

/* Advice does not make pages read as zero here, so new ones take their place. */
bool bk_os_discard(void *address, uint64_t size)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
    return mmap(address, size, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED;
}

/* The system has no such pages for memory of this kind. */
void bk_os_prefer_huge(void *address, uint64_t size)
{
    (void)address;
    (void)size;
}

uint64_t bk_os_memory(void)
{
    uint64_t memory = 0;
    size_t size = sizeof memory;
    return sysctlbyname("hw.memsize", &memory, &size, NULL, 0) == 0 && memory != 0 ? memory : UINT64_MAX;
}
