/* Allocation by bumping through runs of free zeroed cells.
 * beskid.codegen emits calls of `alloc`; the other areas allocate through bk_allocate. */
#include "heap/allocation.h"
#include "context/context.h"
#include "heap/blocks.h"
#include "heap/collector.h"
#include "heap/profiled.h"
#include "heap/sweeping.h"
#include "panic/panic.h"

#include <string.h>

/* A run this long is handed out at a time: zeroing it keeps it in the first-level cache. */
#define RUN_BYTES 16384
#define MAX_SMALL_GRANULES (BESKID_SMALL_CELL_MAXIMUM / BESKID_CELL_GRANULE)

/* The size class of a size in granules, rounded up. */
static uint8_t class_of[MAX_SMALL_GRANULES + 1];

static void fill_classes(void)
{
    unsigned class = 0;
    for (unsigned granules = 0; granules <= MAX_SMALL_GRANULES; granules++) {
        while (bk_class_sizes[class] < granules * BESKID_CELL_GRANULE) {
            class++;
        }
        class_of[granules] = (uint8_t)class;
    }
}

static uint32_t open_small_block(unsigned kind, unsigned class)
{
    uint64_t index = bk_blocks_take(1);
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
    bk_forbid(bk_block_start(index), BESKID_HEAP_BLOCK_SIZE);
    return (uint32_t)index;
}

/* The first cell from `index` on whose mark is `wanted`, or the number of cells. */
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

/* Moves the cursor to the next run of free cells of a block; false when the block has none left. */
static bool next_run(uint32_t number, BeskidAllocationCursor *cursor)
{
    BkBlock *block = &bk_heap.blocks[number];
    uint32_t first = find_mark(block, block->scan, false);
    if (first == block->cells) {
        return false;
    }
    uint64_t wanted = bk_profiled_run_bytes(block->kind, block->class, RUN_BYTES);
    uint32_t max_cells = bk_heap.stress ? 1 : (uint32_t)(wanted / block->cell_size) + 1;
    uint32_t end = find_mark(block, first, true);
    if (end - first > max_cells) {
        end = first + max_cells;
    }
    block->scan = end;
    uint64_t size = (uint64_t)(end - first) * block->cell_size;
    uint8_t *start = bk_block_start(number) + (uint64_t)first * block->cell_size;
    bk_allow(start, size);
    if (block->dirty) {
        memset(start, 0, size);
    }
    bk_profiled_run(block->kind, block->class, size);
    bk_heap.allocated_since_gc += size;
    bk_heap.objects_since_gc += end - first;
    if (block->kind != BESKID_KIND_RAW) {
        bk_heap.work_since_gc += block->kind == BESKID_KIND_ARRAY ? size / sizeof(void *) : end - first;
    }
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

static void *allocate_large(unsigned kind, uint64_t size)
{
    if (size > bk_heap.limit << BK_BLOCK_SHIFT) {
        bk_panic("out of memory");
    }
    uint64_t count = (size + BK_BLOCK_MASK) >> BK_BLOCK_SHIFT;
    uint64_t bytes = count << BK_BLOCK_SHIFT;
    if (bk_heap.stress || (bk_heap.allocated_since_gc != 0 && bk_heap.allocated_since_gc + bytes > bk_heap.due)) {
        bk_collector_step(bytes);
    }
    bk_sweeping_find_blocks(count);
    uint64_t first = bk_blocks_take(count);
    if (first == 0) {
        bk_collector_run();
        first = bk_blocks_take(count);
    }
    if (first == 0) {
        bk_panic("out of memory");
    }
    uint8_t *start = bk_block_start(first);
    bk_allow(start, bytes);
    for (uint64_t index = first; index < first + count; index++) {
        BkBlock *block = &bk_heap.blocks[index];
        if (block->state == BK_FREE_DIRTY) {
            memset(bk_block_start(index), 0, BESKID_HEAP_BLOCK_SIZE);
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
    bk_heap.allocated_since_gc += bytes;
    bk_heap.objects_since_gc++;
    bk_heap.work_since_gc += kind == BESKID_KIND_ARRAY ? bytes / sizeof(void *) : 1;
    bk_profiled_large(bytes);
    return start;
}

__attribute__((noinline)) static void *allocate_slow(unsigned kind, uint64_t size)
{
    if (BK_UNLIKELY(class_of[MAX_SMALL_GRANULES] == 0)) {
        bk_collector_initialize();
        fill_classes();
    }
    if (size > (uint64_t)BESKID_SMALL_CELL_MAXIMUM) {
        return allocate_large(kind, size);
    }
    unsigned class = class_of[(size + BESKID_CELL_GRANULE - 1) / BESKID_CELL_GRANULE];
    if (bk_heap.stress || bk_heap.allocated_since_gc >= bk_heap.due) {
        bk_collector_step(0);
    }
    BeskidAllocationCursor *cursor = &bk_cursors()[kind * BESKID_SIZE_CLASS_COUNT + class];
    if (!refill(kind, class, cursor)) {
        bk_collector_run();
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
        return allocate_slow(kind, size);
    }
    /* Before initialisation the table says class 0, whose cursor is empty like all others. */
    unsigned class = class_of[(size + BESKID_CELL_GRANULE - 1) / BESKID_CELL_GRANULE];
    BeskidAllocationCursor *cursor = &bk_cursors()[kind * BESKID_SIZE_CLASS_COUNT + class];
    uint8_t *cell = cursor->cursor;
    if (BK_UNLIKELY(cell == cursor->limit)) {
        return allocate_slow(kind, size);
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
