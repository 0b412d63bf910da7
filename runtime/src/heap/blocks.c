/* The heap's blocks: one reserved range that is committed piece by piece, with the tables that describe it. */
#include "heap/blocks.h"
#include "context/context.h"
#include "heap/profiled.h"
#include "platform/platform.h"

#include <string.h>

#define MAX_RESERVED_BYTES (UINT64_C(64) << 30)
#define MIN_RESERVED_BYTES (UINT64_C(64) << 20)
#define MIN_LIMIT_BLOCKS 4
#define RANGE_ALIGNMENT (UINT64_C(2) << 20)
/* Blocks committed at a time, and the least piece of a table. */
#define COMMIT_BLOCKS 64
#define TABLE_PIECE (UINT64_C(64) << 10)
#define HUGE_PAGES_FROM_BLOCK 128

BkHeap bk_heap;
const uint32_t bk_class_sizes[BESKID_SIZE_CLASS_COUNT] = BESKID_SIZE_CLASSES;

static uint64_t round_up(uint64_t value, uint64_t multiple)
{
    return (value + multiple - 1) / multiple * multiple;
}

/* The tables lie after the range, outside of the heap: at the blocks' starts all of them would share cache sets. A last
 * card stands for everything outside the heap. */
static uint64_t tables_size(uint64_t blocks)
{
    return round_up(blocks * sizeof(BkBlock), TABLE_PIECE) + round_up(blocks, TABLE_PIECE) +
           round_up(blocks * BK_CARDS_IN_BLOCK + 1, TABLE_PIECE);
}

/* The smallest power of two that holds so many bytes. An emulator pays for each reserved page, so no more is
 * reserved. */
static uint64_t range_for(uint64_t limit)
{
    uint64_t size = MIN_RESERVED_BYTES;
    while (size < limit && size < MAX_RESERVED_BYTES) {
        size *= 2;
    }
    return size;
}

/* Commits the part of a table that describes blocks [from, to), of which those below `from` are committed. */
static bool commit_table(void *table, uint64_t entry_size, uint64_t from, uint64_t to)
{
    uint64_t start = round_up(from * entry_size, TABLE_PIECE);
    uint64_t end = round_up(to * entry_size, TABLE_PIECE);
    return start == end || bk_os_commit((uint8_t *)table + start, end - start);
}

static bool commit_outer_card(void)
{
    uint64_t card = bk_heap.reserved * BK_CARDS_IN_BLOCK;
    return bk_os_commit(bk_heap.cards + card / TABLE_PIECE * TABLE_PIECE, TABLE_PIECE);
}

BK_COLD static bool commit(uint64_t high)
{
    uint64_t from = bk_heap.committed;
    if (high <= from) {
        return true;
    }
    uint64_t to = high + COMMIT_BLOCKS < bk_heap.limit ? high + COMMIT_BLOCKS : bk_heap.limit;
    uint64_t size = (to - from) << BK_BLOCK_SHIFT;
    if (!commit_table(bk_heap.blocks, sizeof(BkBlock), from, to) || !commit_table(bk_heap.states, 1, from, to) ||
        !commit_table(bk_heap.cards, BK_CARDS_IN_BLOCK, from, to) || !bk_os_commit(bk_block_start(from), size)) {
        return false;
    }
    if (from >= HUGE_PAGES_FROM_BLOCK) {
        bk_os_prefer_huge(bk_block_start(from), size);
    }
    bk_heap.committed = to;
    return true;
}

/* A system that counts address space may allow only a smaller range. */
BK_COLD static uint8_t *reserve(uint64_t size)
{
    for (; size >= MIN_RESERVED_BYTES; size /= 2) {
        bk_heap.reserved = size >> BK_BLOCK_SHIFT;
        uint8_t *range = bk_os_reserve(size + tables_size(bk_heap.reserved), RANGE_ALIGNMENT);
        if (range != NULL) {
            return range;
        }
    }
    return NULL;
}

BK_COLD bool bk_blocks_initialize(const BkSettings *settings)
{
    uint8_t *range = reserve(range_for(settings->limit));
    if (range == NULL) {
        return false;
    }
    uint64_t blocks = bk_heap.reserved;
    uint8_t *tables = range + (blocks << BK_BLOCK_SHIFT);
    bk_heap.blocks = (BkBlock *)(void *)tables;
    tables += round_up(blocks * sizeof(BkBlock), TABLE_PIECE);
    bk_heap.states = tables;
    bk_heap.cards = tables + round_up(blocks, TABLE_PIECE);
    uint64_t limit = settings->limit >> BK_BLOCK_SHIFT;
    bk_heap.limit = limit < MIN_LIMIT_BLOCKS ? MIN_LIMIT_BLOCKS : limit > blocks ? blocks : limit;
    bk_heap.percent = settings->percent;
    bk_heap.stress = settings->stress;
    bk_heap.verify = settings->verify;
    bk_heap.checked = settings->stress || settings->verify;
    bk_heap.trace = settings->trace;
    bk_heap.high = 1;
    bk_heap.search = 1;
    bk_heap.base = range;
    /* Collections look at block 0 too, although it is never used. */
    if (!commit_outer_card() || !commit(bk_heap.high)) {
        return false;
    }
    bk_context->heap_base = range;
    bk_context->heap_size = blocks << BK_BLOCK_SHIFT;
    bk_context->cards = bk_heap.cards;
    return true;
}

uint64_t bk_blocks_take(uint64_t count)
{
    const uint8_t *states = bk_heap.states;
    uint64_t run = 0;
    uint64_t index = bk_heap.search;
    for (; index < bk_heap.high && run < count; index++) {
        run = states[index] <= BK_FREE_DIRTY ? run + 1 : 0;
    }
    uint64_t first = index - run;
    uint64_t end = first + count;
    if (end > bk_heap.high) {
        if (count > bk_heap.limit || first > bk_heap.limit - count || !commit(end)) {
            return 0;
        }
        bk_heap.high = end;
    }
    if (count == 1) {
        bk_heap.search = end;
    }
    return first;
}

void bk_blocks_release(uint64_t first, uint64_t count)
{
    uint8_t *start = bk_block_start(first);
    bk_allow(start, count << BK_BLOCK_SHIFT);
    if (bk_heap.stress) {
        memset(start, BK_POISON, count << BK_BLOCK_SHIFT);
    }
    bk_forbid(start, count << BK_BLOCK_SHIFT);
    for (uint64_t index = first; index < first + count; index++) {
        bk_heap.blocks[index].state = BK_FREE_DIRTY;
        bk_heap.states[index] = BK_FREE_DIRTY;
    }
    bk_heap.dirty_blocks += count;
    if (first < bk_heap.search) {
        bk_heap.search = first;
    }
}

/* Zeroing a block is cheaper than having the system map it again, so only what the program will not use before the
 * next collection goes back, from the top. */
BK_COLD bool bk_blocks_return_surplus(uint64_t kept, uint64_t max_blocks)
{
    uint64_t index = bk_heap.high;
    while (bk_heap.dirty_blocks > kept && index > 1) {
        uint64_t end = index;
        while (index > 1 && bk_heap.states[index - 1] == BK_FREE_DIRTY && end - index < max_blocks &&
               bk_heap.dirty_blocks - (end - index) > kept) {
            index--;
        }
        if (index == end) {
            index--;
            continue;
        }
        uint64_t size = (end - index) << BK_BLOCK_SHIFT;
        if (!bk_os_discard(bk_block_start(index), size)) {
            return true;
        }
        for (uint64_t number = index; number < end; number++) {
            bk_heap.blocks[number].state = BK_FREE_CLEAN;
            bk_heap.states[number] = BK_FREE_CLEAN;
        }
        bk_heap.dirty_blocks -= end - index;
        max_blocks -= end - index;
        if (max_blocks == 0) {
            return false;
        }
    }
    return true;
}

void bk_cursors_close(void)
{
    bk_profiled_close();
    memset(bk_cursors(), 0, BESKID_KIND_COUNT * BESKID_SIZE_CLASS_COUNT * sizeof *bk_cursors());
    memset(bk_heap.current, 0, sizeof bk_heap.current);
}

uint64_t bk_cursors_unused(bool in_cells)
{
    uint64_t sum = 0;
    for (unsigned index = 0; index < BESKID_KIND_COUNT * BESKID_SIZE_CLASS_COUNT; index++) {
        const BeskidAllocationCursor *cursor = &bk_cursors()[index];
        uint64_t bytes = (uint64_t)((uintptr_t)cursor->limit - (uintptr_t)cursor->cursor);
        sum += in_cells ? bytes / bk_class_sizes[index % BESKID_SIZE_CLASS_COUNT] : bytes;
    }
    return sum;
}
