/* The mutator context, the shadow stack, and the entries that are open. */
#ifndef BESKID_CONTEXT_H
#define BESKID_CONTEXT_H

#include "common.h"
#include "platform/jump.h"

/* One call of a host or of foreign code into generated code; it lives in the frame of the function that made it. */
typedef struct BkEntry {
    struct BkEntry *previous;
    void **top;
    uint64_t flags;
    bool recoverable;    /* a panic jumps to `jump`; otherwise it ends the process */
    int64_t exit_status; /* what the program exited with, for an entry with ENTER_HOST; -1 otherwise */
    const void *code;    /* a function of the program where its code may be in a loaded file, or null */
    BkJump jump;
} BkEntry;

/* The context in use; before initialisation a static one whose cursors are empty. Never null. */
extern BeskidContext *bk_context;

/* Maps the shadow region, once. Returns false when there is no memory for it. */
bool bk_context_initialize(void);
/* The lowest shadow slot; null before initialisation. */
void **bk_shadow_slots(void);
/* Whether an address lies in the guard at the upper end of the shadow region. */
bool bk_is_shadow_guard(const uint8_t *address);

static inline BkEntry *bk_current_entry(void)
{
    return (BkEntry *)bk_context->entry;
}

/* Makes a reference that only C code holds visible to the collector, until bk_pop_roots. */
static inline void bk_push_root(const void *reference)
{
    *bk_context->top++ = (void *)(uintptr_t)reference;
}

static inline void bk_pop_roots(unsigned count)
{
    bk_context->top -= count;
}

/* Whether stores of generated code call gc_write_barrier. */
static inline void bk_set_marking(bool marking)
{
    bk_context->reserved = marking;
}

static inline BeskidAllocationCursor *bk_cursors(void)
{
    return (BeskidAllocationCursor *)(void *)(bk_context + 1);
}

/* Dirties the cards of bytes that references were or will be stored to, before the next allocation. A cell that was
 * itself allocated since the last allocation needs none. */
static inline void bk_dirty_cards(const void *place, uint64_t bytes)
{
    uint64_t offset = (uint64_t)((uintptr_t)place - (uintptr_t)bk_context->heap_base);
    if (offset < bk_context->heap_size && bytes != 0) {
        for (uint64_t card = offset >> BESKID_CARD_SHIFT; card <= (offset + bytes - 1) >> BESKID_CARD_SHIFT; card++) {
            bk_context->cards[card] = 1;
        }
    }
}

#endif
