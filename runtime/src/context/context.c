/* The shadow region with the mutator context at its base.
 * Generated code finds the context by masking the shadow stack pointer (beskid.codegen). */
#include "context/context.h"
#include "platform/platform.h"

_Static_assert(sizeof(BeskidContext) + BESKID_KIND_COUNT * BESKID_SIZE_CLASS_COUNT * sizeof(BeskidAllocationCursor) <=
                   BESKID_SHADOW_SLOTS_OFFSET,
               "the cursors lie before the first slot");

/* Before initialisation: its cursors are empty, so the first allocation takes the slow path. */
static _Alignas(64) uint8_t early_context[BESKID_SHADOW_SLOTS_OFFSET];
BeskidContext *bk_context = (BeskidContext *)(void *)early_context;

static uint8_t *region;

bool bk_context_initialize(void)
{
    if (region != NULL) {
        return true;
    }
    uint8_t *start = bk_os_reserve(BESKID_SHADOW_REGION_SIZE, BESKID_SHADOW_REGION_SIZE);
    if (start == NULL || !bk_os_commit(start, BESKID_SHADOW_REGION_SIZE - BESKID_SHADOW_GUARD_SIZE)) {
        return false;
    }
    region = start;
    BeskidContext *context = (BeskidContext *)(void *)region;
    *context = *bk_context;
    context->top = (void **)(void *)(region + BESKID_SHADOW_SLOTS_OFFSET);
    bk_context = context;
    return true;
}

void **bk_shadow_slots(void)
{
    return region == NULL ? NULL : (void **)(void *)(region + BESKID_SHADOW_SLOTS_OFFSET);
}

bool bk_is_shadow_guard(const uint8_t *address)
{
    if (region == NULL) {
        return false;
    }
    const uint8_t *end = region + BESKID_SHADOW_REGION_SIZE;
    return address >= end - BESKID_SHADOW_GUARD_SIZE && address < end;
}
