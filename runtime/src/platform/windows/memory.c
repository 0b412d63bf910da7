/* Memory on Windows: reserved, committed and discarded ranges, and how much this process may use. */
#include "platform/windows/windows.h"

void *bk_os_reserve(uint64_t size, uint64_t alignment)
{
    /* A part of a reservation cannot be released, and another thread could take what was released as a whole. The rest
     * costs address space only. */
    uint8_t *range = VirtualAlloc(NULL, size + alignment, MEM_RESERVE, PAGE_NOACCESS);
    return range == NULL ? NULL : (void *)(((uintptr_t)range + alignment - 1) & ~(uintptr_t)(alignment - 1));
}

bool bk_os_commit(void *address, uint64_t size)
{
    return VirtualAlloc(address, size, MEM_COMMIT, PAGE_READWRITE) != NULL;
}

bool bk_os_discard(void *address, uint64_t size)
{
    static const char text[] = "panic: out of memory\n";
    if (!VirtualFree(address, size, MEM_DECOMMIT)) {
        return false;
    }
    if (!bk_os_commit(address, size)) {
        /* Another process took the memory meanwhile, and the heap counts on it. */
        bk_os_write(2, text, sizeof text - 1);
        bk_os_exit(BESKID_STATUS_PANIC);
    }
    return true;
}

void bk_os_prefer_huge(void *address, uint64_t size)
{
    /* Large pages need a privilege. */
    (void)address;
    (void)size;
}

uint64_t bk_os_memory(void)
{
    MEMORYSTATUSEX status = {.dwLength = sizeof status};
    if (!GlobalMemoryStatusEx(&status)) {
        return UINT64_C(1) << 30;
    }
    /* The second number includes the limit that a job sets for its processes. */
    return status.ullTotalPhys < status.ullTotalPageFile ? status.ullTotalPhys : status.ullTotalPageFile;
}
