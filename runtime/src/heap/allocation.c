/* The heap: one reserved range of aligned blocks, allocation by bumping through runs of free zeroed cells.
 * Calls to `alloc` are emitted by beskid.codegen; the other areas allocate through bk_allocate. */
#include "heap/heap.h"

#include <string.h>
#include <sys/mman.h>

#define RESERVED_BYTES_MOST (UINT64_C(64) << 30)
#define RESERVED_BYTES_LEAST (UINT64_C(64) << 20)
#define COMMIT_BLOCKS 64
#define HUGE_PAGES_FROM_BLOCK 128
/* A run this long is handed out at a time: zeroing it keeps it in the first-level cache. */
#define RUN_BYTES 16384

BkHeap bk_heap;
const uint32_t bk_class_sizes[BESKID_SIZE_CLASS_COUNT] = BESKID_SIZE_CLASSES;

/* Size class of a size in granules, rounded up. */
static uint8_t class_of[BESKID_SMALL_CELL_MAXIMUM / BESKID_CELL_GRANULE + 1];

#define RANGE_ALIGNMENT (UINT64_C(2) << 20)

static void *map(uint64_t size, int protection)
{
    void *address = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return address == MAP_FAILED ? NULL : address;
}

/* Blocks' books, their states, their cards, and a card for what lies outside. */
static uint64_t books_size(uint64_t blocks)
{
    return blocks * (sizeof(BkBlock) + 1 + BK_CARDS_IN_BLOCK) + 1;
}

/* Reserves the range and maps its books; a system that counts address space may allow only a smaller one. */
static uint64_t map_range(uint8_t **range, uint8_t **books)
{
    for (uint64_t size = RESERVED_BYTES_MOST; size >= RESERVED_BYTES_LEAST; size /= 2) {
        *range = map(size + RANGE_ALIGNMENT, PROT_NONE);
        *books = *range == NULL ? NULL : map(books_size(size >> BK_BLOCK_SHIFT), PROT_READ | PROT_WRITE);
        if (*books != NULL) {
            return size >> BK_BLOCK_SHIFT;
        }
        if (*range != NULL) {
            munmap(*range, size + RANGE_ALIGNMENT);
        }
    }
    bk_panic_fatal("out of memory");
}

void bk_heap_initialize(void)
{
    if (bk_heap.base != NULL) {
        return;
    }
    uint8_t *range;
    uint8_t *books;
    uint64_t blocks = map_range(&range, &books);
    bk_heap.base = (uint8_t *)(((uintptr_t)range + RANGE_ALIGNMENT - 1) & ~(uintptr_t)(RANGE_ALIGNMENT - 1));
    bk_heap.blocks = (BkBlock *)(void *)books;
    bk_heap.cards = books + blocks * sizeof(BkBlock);
    bk_heap.states = bk_heap.cards + blocks * BK_CARDS_IN_BLOCK + 1;
    bk_context->heap_base = bk_heap.base;
    bk_context->heap_size = blocks << BK_BLOCK_SHIFT;
    bk_context->cards = bk_heap.cards;
    bk_heap.reserved = blocks;
    bk_heap.high = 1;
    bk_heap.search = 1;
    bk_settings_read();
    if (bk_heap.limit < 4) {
        bk_heap.limit = 4;
    }
    if (bk_heap.limit > blocks) {
        bk_heap.limit = blocks;
    }
    bk_collector_initialize();
    unsigned class = 0;
    for (unsigned granules = 0; granules < sizeof class_of; granules++) {
        while (bk_class_sizes[class] < granules * BESKID_CELL_GRANULE) {
            class++;
        }
        class_of[granules] = (uint8_t)class;
    }
}

static bool commit(uint64_t high)
{
    if (high <= bk_heap.committed) {
        return true;
    }
    uint64_t target = high + COMMIT_BLOCKS < bk_heap.limit ? high + COMMIT_BLOCKS : bk_heap.limit;
    uint8_t *from = bk_heap.base + (bk_heap.committed << BK_BLOCK_SHIFT);
    uint64_t size = (target - bk_heap.committed) << BK_BLOCK_SHIFT;
    if (mprotect(from, size, PROT_READ | PROT_WRITE) != 0) {
        return false;
    }
#if defined(MADV_HUGEPAGE)
    if (bk_heap.committed >= HUGE_PAGES_FROM_BLOCK) {
        madvise(from, size, MADV_HUGEPAGE);
    }
#endif
    bk_heap.committed = target;
    return true;
}

/* The first of `count` neighbouring free blocks, or 0 when there is no room. */
static uint64_t take_blocks(uint64_t count)
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

void bk_release_blocks(uint64_t first, uint64_t count)
{
    uint8_t *start = bk_heap.base + (first << BK_BLOCK_SHIFT);
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

/* Zeroing a block again is cheaper than having the system map it again, so only what the program will not use
 * before the next collection goes back, from the top. */
bool bk_return_surplus(uint64_t kept, uint64_t most)
{
    uint64_t index = bk_heap.high;
    while (bk_heap.dirty_blocks > kept && index > 1) {
        uint64_t end = index;
        while (index > 1 && bk_heap.states[index - 1] == BK_FREE_DIRTY && end - index < most &&
               bk_heap.dirty_blocks - (end - index) > kept) {
            index--;
        }
        if (index == end) {
            index--;
            continue;
        }
        uint64_t size = (end - index) << BK_BLOCK_SHIFT;
        if (madvise(bk_heap.base + (index << BK_BLOCK_SHIFT), size, MADV_DONTNEED) != 0) {
            return true;
        }
        for (uint64_t number = index; number < end; number++) {
            bk_heap.blocks[number].state = BK_FREE_CLEAN;
            bk_heap.states[number] = BK_FREE_CLEAN;
        }
        bk_heap.dirty_blocks -= end - index;
        most -= end - index;
        if (most == 0) {
            return false;
        }
    }
    return true;
}

static uint32_t open_small_block(unsigned kind, unsigned class)
{
    uint64_t index = take_blocks(1);
    if (index == 0) {
        return 0;
    }
    BkBlock *block = &bk_heap.blocks[index];
    uint32_t size = bk_class_sizes[class];
    block->dirty = block->state == BK_FREE_DIRTY;
    bk_heap.dirty_blocks -= block->dirty;
    block->state = BK_SMALL;
    bk_heap.states[index] = BK_SMALL;
    block->kind = (uint8_t)kind;
    block->class = (uint8_t)class;
    block->cell_size = size;
    block->reciprocal = (uint32_t)((UINT64_C(1) << 32) / size + 1);
    block->cells = (uint32_t)BESKID_HEAP_BLOCK_SIZE / size;
    block->scan = 0;
    block->next = 0;
    block->live = 0;
    block->epoch = UINT64_MAX;
    memset(block->marks, 0, sizeof block->marks);
    bk_forbid(bk_heap.base + (index << BK_BLOCK_SHIFT), BESKID_HEAP_BLOCK_SIZE);
    return (uint32_t)index;
}

/* First cell from `index` on whose mark is `wanted`, or the number of cells. */
static uint32_t find_mark(const BkBlock *block, uint32_t index, bool wanted)
{
    while (index < block->cells) {
        uint64_t word = block->marks[bk_heap.marked][index / 64];
        word = (wanted ? word : ~word) >> (index % 64);
        if (word != 0) {
            index += (uint32_t)__builtin_ctzll(word);
            return index < block->cells ? index : block->cells;
        }
        index = (index / 64 + 1) * 64;
    }
    return block->cells;
}

/* Gives the cursor the next run of free cells of a block; false when the block has none left. */
static bool next_run(uint32_t number, BeskidAllocationCursor *cursor)
{
    BkBlock *block = &bk_heap.blocks[number];
    uint32_t first = find_mark(block, block->scan, false);
    if (first == block->cells) {
        return false;
    }
    uint32_t most = bk_heap.stress ? 1 : (uint32_t)(RUN_BYTES / block->cell_size) + 1;
    uint32_t end = find_mark(block, first, true);
    if (end - first > most) {
        end = first + most;
    }
    block->scan = end;
    uint64_t size = (uint64_t)(end - first) * block->cell_size;
    uint8_t *start = bk_heap.base + ((uint64_t)number << BK_BLOCK_SHIFT) + (uint64_t)first * block->cell_size;
    bk_allow(start, size);
    if (block->dirty) {
        memset(start, 0, size);
    }
    bk_heap.since_bytes += size;
    bk_heap.since_objects += end - first;
    bk_heap.since_work += block->kind == BESKID_KIND_RAW     ? 0
                          : block->kind == BESKID_KIND_ARRAY ? size / sizeof(void *)
                                                             : end - first;
    cursor->cursor = start;
    cursor->limit = start + size;
    return true;
}

/* Puts a block on the list of those that a minor collection sweeps. */
static void note_young(uint32_t number)
{
    BkBlock *block = &bk_heap.blocks[number];
    if (block->epoch != bk_heap.epoch) {
        block->epoch = bk_heap.epoch;
        block->young = bk_heap.young;
        bk_heap.young = number;
    }
}

/* A block with room, or 0 when there is no memory. */
static uint32_t next_block(unsigned kind, unsigned class)
{
    BkList *list = &bk_heap.available[kind][class];
    while (list->first == 0 && bk_sweeping_find(kind, class) && list->first == 0) {
        uint32_t opened = open_small_block(kind, class);
        if (opened != 0) {
            return opened;
        }
    }
    uint32_t number = list->first;
    if (number == 0) {
        return open_small_block(kind, class);
    }
    list->first = bk_heap.blocks[number].next;
    if (list->first == 0) {
        list->last = 0;
    }
    return number;
}

static bool refill(unsigned kind, unsigned class, BeskidAllocationCursor *cursor)
{
    uint32_t *current = &bk_heap.current[kind][class];
    while (*current == 0 || !next_run(*current, cursor)) {
        *current = next_block(kind, class);
        if (*current == 0) {
            return false;
        }
        note_young(*current);
    }
    return true;
}

void bk_close_cursors(void)
{
    memset(bk_cursors(), 0, BESKID_KIND_COUNT * BESKID_SIZE_CLASS_COUNT * sizeof *bk_cursors());
    memset(bk_heap.current, 0, sizeof bk_heap.current);
}

uint64_t bk_unused(bool in_cells)
{
    uint64_t sum = 0;
    for (unsigned index = 0; index < BESKID_KIND_COUNT * BESKID_SIZE_CLASS_COUNT; index++) {
        const BeskidAllocationCursor *cursor = &bk_cursors()[index];
        uint64_t bytes = (uint64_t)((uintptr_t)cursor->limit - (uintptr_t)cursor->cursor);
        sum += in_cells ? bytes / bk_class_sizes[index % BESKID_SIZE_CLASS_COUNT] : bytes;
    }
    return sum;
}

static void *allocate_large(unsigned kind, uint64_t size)
{
    if (size > bk_heap.limit << BK_BLOCK_SHIFT) {
        bk_panic("out of memory");
    }
    uint64_t count = (size + BK_BLOCK_MASK) >> BK_BLOCK_SHIFT;
    uint64_t bytes = count << BK_BLOCK_SHIFT;
    if (bk_heap.stress || (bk_heap.since_bytes != 0 && bk_heap.since_bytes + bytes > bk_heap.due)) {
        bk_collector_step(bytes);
    }
    bk_sweeping_finish();
    uint64_t first = take_blocks(count);
    if (first == 0) {
        bk_collect();
        first = take_blocks(count);
    }
    if (first == 0) {
        bk_panic("out of memory");
    }
    uint8_t *start = bk_heap.base + (first << BK_BLOCK_SHIFT);
    bk_allow(start, bytes);
    for (uint64_t index = first; index < first + count; index++) {
        BkBlock *block = &bk_heap.blocks[index];
        if (block->state == BK_FREE_DIRTY) {
            memset(bk_heap.base + (index << BK_BLOCK_SHIFT), 0, BESKID_HEAP_BLOCK_SIZE);
            bk_heap.dirty_blocks--;
        }
        block->state = index == first ? BK_LARGE : BK_LARGE_TAIL;
        block->head = (uint32_t)first;
        bk_heap.states[index] = block->state;
    }
    BkBlock *head = &bk_heap.blocks[first];
    head->kind = (uint8_t)kind;
    head->run = (uint32_t)count;
    head->live = 0;
    head->epoch = UINT64_MAX;
    head->marks[0][0] = 0;
    head->marks[1][0] = 0;
    note_young((uint32_t)first);
    bk_heap.since_bytes += bytes;
    bk_heap.since_objects++;
    bk_heap.since_work += kind == BESKID_KIND_ARRAY ? bytes / sizeof(void *) : 1;
    return start;
}

__attribute__((noinline)) void *bk_allocate_slow(unsigned kind, uint64_t size)
{
    bk_initialize();
    if (size > (uint64_t)BESKID_SMALL_CELL_MAXIMUM) {
        return allocate_large(kind, size);
    }
    unsigned class = class_of[(size + BESKID_CELL_GRANULE - 1) / BESKID_CELL_GRANULE];
    if (bk_heap.stress || bk_heap.since_bytes >= bk_heap.due) {
        bk_collector_step(0);
    }
    BeskidAllocationCursor *cursor = &bk_cursors()[kind * BESKID_SIZE_CLASS_COUNT + class];
    if (!refill(kind, class, cursor)) {
        bk_collect();
        if (!refill(kind, class, cursor)) {
            bk_panic("out of memory");
        }
    }
    void *cell = cursor->cursor;
    cursor->cursor += bk_class_sizes[class];
    return cell;
}

static inline void *allocate(unsigned kind, uint64_t size)
{
    if (BK_UNLIKELY(size > (uint64_t)BESKID_SMALL_CELL_MAXIMUM)) {
        return bk_allocate_slow(kind, size);
    }
    /* Before initialisation the table says class 0, whose cursor is empty like all others. */
    unsigned class = class_of[(size + BESKID_CELL_GRANULE - 1) / BESKID_CELL_GRANULE];
    BeskidAllocationCursor *cursor = &bk_cursors()[kind * BESKID_SIZE_CLASS_COUNT + class];
    uint8_t *cell = cursor->cursor;
    if (BK_UNLIKELY(cell == cursor->limit)) {
        return bk_allocate_slow(kind, size);
    }
    cursor->cursor = cell + bk_class_sizes[class];
    return cell;
}

void *bk_allocate(unsigned kind, uint64_t size)
{
    return allocate(kind, size);
}

void *alloc(uint64_t size, const BeskidTypeDescriptor *descriptor)
{
    if (descriptor == NULL) {
        return allocate(BESKID_KIND_RAW, size);
    }
    const BeskidTypeDescriptor **cell = allocate(BESKID_KIND_OBJECT, size);
    *cell = descriptor;
    return cell;
}
