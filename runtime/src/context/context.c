/* The shadow region with the mutator context at its base, and the programs whose call sites may lie in it.
 * beskid.codegen finds the context by masking the shadow stack pointer. */
#include "context/context.h"
#include "heap/heap.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PROGRAMS_MOST 4096

_Static_assert(sizeof(BeskidContext) + BESKID_KIND_COUNT * BESKID_SIZE_CLASS_COUNT * sizeof(BeskidAllocationCursor) <=
                   BESKID_SHADOW_SLOTS_OFFSET,
               "the cursors lie before the first slot");

/* Before initialisation: its cursors are empty, so the first allocation takes the slow path. */
static _Alignas(64) uint8_t early_context[BESKID_SHADOW_SLOTS_OFFSET];
BeskidContext *bk_context = (BeskidContext *)(void *)early_context;

static uint8_t *region;

/* The known programs, by the ranges of their call sites. */
static struct {
    uint64_t low;
    uint64_t high;
} sites[PROGRAMS_MOST];
static unsigned site_ranges;

static uint8_t *map_region(void)
{
    const uint64_t size = BESKID_SHADOW_REGION_SIZE;
    uint8_t *range = mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED) {
        return NULL;
    }
    uint8_t *start = (uint8_t *)(((uintptr_t)range + size - 1) & ~(uintptr_t)(size - 1));
    uint64_t before = (uint64_t)(start - range);
    if (before != 0) {
        munmap(range, before);
    }
    if (before != size) {
        munmap(start + size, size - before);
    }
    return mprotect(start, size - BESKID_SHADOW_GUARD_SIZE, PROT_READ | PROT_WRITE) == 0 ? start : NULL;
}

void bk_initialize(void)
{
    if (BK_LIKELY(region != NULL)) {
        return;
    }
    region = map_region();
    if (region == NULL) {
        bk_panic_fatal("out of memory");
    }
    BeskidContext *context = (BeskidContext *)(void *)region;
    *context = *bk_context;
    context->top = (void **)(void *)(region + BESKID_SHADOW_SLOTS_OFFSET);
    bk_context = context;
    bk_heap_initialize();
    struct sigaction pipe_action;
    if (sigaction(SIGPIPE, NULL, &pipe_action) == 0 && pipe_action.sa_handler == SIG_DFL) {
        signal(SIGPIPE, SIG_IGN);
    }
}

void **bk_shadow_slots(void)
{
    return region == NULL ? NULL : (void **)(void *)(region + BESKID_SHADOW_SLOTS_OFFSET);
}

bool bk_address_in_shadow_guard(const uint8_t *address)
{
    if (region == NULL) {
        return false;
    }
    const uint8_t *end = region + BESKID_SHADOW_REGION_SIZE;
    return address >= end - BESKID_SHADOW_GUARD_SIZE && address < end;
}

bool bk_is_site(uint64_t word)
{
    for (unsigned index = 0; index < site_ranges; index++) {
        if (word >= sites[index].low && word < sites[index].high) {
            return (word - sites[index].low) % sizeof(BeskidSite) == 0;
        }
    }
    return false;
}

static void forget_range(uint64_t low, uint64_t high)
{
    unsigned kept = 0;
    for (unsigned index = 0; index < site_ranges; index++) {
        if (sites[index].high <= low || sites[index].low >= high) {
            sites[kept++] = sites[index];
        }
    }
    site_ranges = kept;
}

void bk_program_remember(const BeskidProgram *program)
{
    uint64_t low = (uint64_t)(uintptr_t)program->sites;
    uint64_t high = low + program->site_count * sizeof(BeskidSite);
    if (low == high || (site_ranges > 0 && sites[0].low == low && sites[0].high == high)) {
        return;
    }
    /* A former program may have been unloaded from the same place. */
    forget_range(low, high);
    if (site_ranges == PROGRAMS_MOST) {
        site_ranges--;
    }
    /* In front, so that a program entered again and again is found at once. */
    for (unsigned index = site_ranges; index > 0; index--) {
        sites[index] = sites[index - 1];
    }
    sites[0].low = low;
    sites[0].high = high;
    site_ranges++;
}

void beskid_program_forget(const BeskidProgram *program)
{
    uint64_t low = (uint64_t)(uintptr_t)program->sites;
    forget_range(low, low + program->site_count * sizeof(BeskidSite));
}
