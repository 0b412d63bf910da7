/* Memory of a WebAssembly module: it only grows, and all of it is readable, writable and zero at first. */
#include "platform/wasi/wasi.h"

#include <string.h>

#define PAGE_SIZE (UINT64_C(1) << 16)
/* Hosts of WASI preview 1 see addresses of 32 bits. */
#define END_OF_MEMORY (UINT64_C(1) << 32)
/* A module cannot ask how much memory the host has. */
#define ASSUMED_MEMORY (UINT64_C(1) << 30)

void *bk_wasi_grow(uint64_t size, uint64_t alignment)
{
    uint64_t end = __builtin_wasm_memory_size(0) * PAGE_SIZE;
    uint64_t start = (end + alignment - 1) & ~(alignment - 1);
    if (size > END_OF_MEMORY || start > END_OF_MEMORY - size) {
        return NULL;
    }
    uint64_t pages = (start + size - end + PAGE_SIZE - 1) / PAGE_SIZE;
    return __builtin_wasm_memory_grow(0, pages) == (size_t)-1 ? NULL : (void *)(uintptr_t)start;
}

void *bk_os_reserve(uint64_t size, uint64_t alignment)
{
    return bk_wasi_grow(size, alignment);
}

bool bk_os_commit(void *address, uint64_t size)
{
    (void)address;
    (void)size;
    return true;
}

bool bk_os_discard(void *address, uint64_t size)
{
    memset(address, 0, size);
    return true;
}

void bk_os_prefer_huge(void *address, uint64_t size)
{
    (void)address;
    (void)size;
}

uint64_t bk_os_memory(void)
{
    return ASSUMED_MEMORY;
}
