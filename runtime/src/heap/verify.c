/* The heap verifier: with `BESKID_GC_VERIFY=1` every collection checks what the collector relies on.
 * It reads the heap and its tables and changes nothing; the first violation is reported and ends the process. */
#include "heap/verify.h"
#include "context/context.h"
#include "heap/roots.h"
#include "panic/output.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn static void report(const char *what, uint64_t word)
{
    bk_output_flush();
    fprintf(stderr, "beskid runtime: heap verification: %s (0x%" PRIx64 ")\n", what, word);
    abort();
}

static inline void require(bool condition, const char *what, uint64_t word)
{
    if (BK_UNLIKELY(!condition)) {
        report(what, word);
    }
}

static uint64_t word_at(const uint8_t *address)
{
    uint64_t word;
    memcpy(&word, address, sizeof word);
    return word;
}

static bool is_in_heap(uint64_t word)
{
    return word - (uint64_t)(uintptr_t)bk_heap.base < bk_heap.high << BK_BLOCK_SHIFT;
}

/* ---- marks: whatever a marked cell refers to is marked ---- */

/* A word that may point anywhere into a cell. */
static void verify_pointer(uint64_t word, bool exact)
{
    if (!is_in_heap(word)) {
        return;
    }
    uint64_t offset = word - (uint64_t)(uintptr_t)bk_heap.base;
    uint64_t number = offset >> BK_BLOCK_SHIFT;
    const BkBlock *block = &bk_heap.blocks[number];
    require(block->state >= BK_SMALL, "reference into a free block", word);
    if (block->state == BK_SMALL) {
        uint64_t inner = offset & BK_BLOCK_MASK;
        uint64_t index = inner / block->cell_size;
        require(index < block->cells, "reference after the last cell of a block", word);
        require(!exact || inner % block->cell_size == 0, "reference into the middle of a cell", word);
        require(bk_block_is_marked(block, bk_heap.marked, index), "reachable cell is not marked", word);
        return;
    }
    uint64_t head = block->head;
    require(!exact || offset == head << BK_BLOCK_SHIFT, "reference into the middle of a large cell", word);
    require(bk_heap.blocks[head].marks[bk_heap.marked][0] != 0, "reachable large cell is not marked", word);
}

static void verify_reference(uint64_t word)
{
    verify_pointer(word, true);
}

static void verify_descriptor(uint64_t word, uint64_t room)
{
    require(word != 0, "object without a descriptor", word);
    require((word & 7) == 0 && !is_in_heap(word), "the descriptor word is not the address of a descriptor", word);
    const BeskidTypeDescriptor *descriptor = (const BeskidTypeDescriptor *)(uintptr_t)word;
    require(descriptor->size <= room, "object is larger than its cell", word);
    for (uint32_t index = 0; index < descriptor->pointer_count; index++) {
        require(descriptor->offsets[index] + 8 <= descriptor->size, "reference lies outside its object", word);
    }
}

static void verify_object(const uint8_t *cell)
{
    const BeskidTypeDescriptor *descriptor = (const BeskidTypeDescriptor *)(uintptr_t)word_at(cell);
    for (uint32_t index = 0; index < descriptor->pointer_count; index++) {
        verify_reference(word_at(cell + descriptor->offsets[index]));
    }
}

static void verify_array_header(const uint8_t *cell, uint64_t room)
{
    const BeskidArrayCell *array = (const BeskidArrayCell *)(const void *)cell;
    uint64_t address = (uint64_t)(uintptr_t)cell;
    require(array->ptr == cell + BESKID_ARRAY_STORAGE_OFFSET, "array storage is not in its cell", address);
    require(array->len <= array->cap, "array is longer than its storage", address);
    require((array->element & 1) == 0, "traced array of plain scalars", address);
    const BeskidTypeDescriptor *element = (const BeskidTypeDescriptor *)(uintptr_t)array->element;
    uint64_t storage = room - BESKID_ARRAY_STORAGE_OFFSET;
    require(element->size == 0 || array->cap <= storage / element->size, "array is larger than its cell", address);
}

static void verify_array(const uint8_t *cell)
{
    const BeskidArrayCell *array = (const BeskidArrayCell *)(const void *)cell;
    const BeskidTypeDescriptor *element = (const BeskidTypeDescriptor *)(uintptr_t)array->element;
    const uint8_t *item = array->ptr;
    for (uint64_t index = 0; index < array->len; index++, item += element->size) {
        for (uint32_t reference = 0; reference < element->pointer_count; reference++) {
            verify_reference(word_at(item + element->offsets[reference]));
        }
    }
}

void bk_verify_header(const BkBlock *block, const uint8_t *cell)
{
    uint64_t room = block->state == BK_SMALL ? block->cell_size : (uint64_t)block->run << BK_BLOCK_SHIFT;
    if (block->kind == BESKID_KIND_OBJECT) {
        verify_descriptor(word_at(cell), room);
    } else if (block->kind == BESKID_KIND_ARRAY) {
        verify_array_header(cell, room);
    }
}

static void verify_cell(const BkBlock *block, const uint8_t *cell)
{
    bk_verify_header(block, cell);
    switch (block->kind) {
    case BESKID_KIND_RAW:
        break;
    case BESKID_KIND_OBJECT:
        verify_object(cell);
        break;
    case BESKID_KIND_SLICE:
        verify_pointer(word_at(cell), false);
        break;
    default:
        verify_array(cell);
        break;
    }
}

static void verify_small(const BkBlock *block, const uint8_t *start)
{
    for (uint32_t word = 0; word < (block->cells + 63) / 64; word++) {
        for (uint64_t marks = block->marks[bk_heap.marked][word]; marks != 0; marks &= marks - 1) {
            uint64_t index = (uint64_t)word * 64 + (uint64_t)__builtin_ctzll(marks);
            require(index < block->cells, "mark after the last cell of a block", index);
            verify_cell(block, start + index * block->cell_size);
        }
    }
}

void bk_verify_marks(void)
{
    for (void **slot = bk_shadow_slots(); slot < bk_context->top; slot++) {
        verify_reference((uint64_t)(uintptr_t)*slot);
    }
    bk_roots_visit(verify_reference);
    for (uint64_t number = 1; number < bk_heap.high; number++) {
        const BkBlock *block = &bk_heap.blocks[number];
        if (block->state == BK_SMALL) {
            verify_small(block, bk_block_start(number));
        } else if (block->state == BK_LARGE && block->marks[bk_heap.marked][0] != 0) {
            verify_cell(block, bk_block_start(number));
        }
    }
}

/* ---- cursors: what has not been handed out is free and zero ---- */

static void verify_cursor(const BeskidAllocationCursor *cursor, unsigned kind, unsigned class)
{
    uint64_t word = (uint64_t)(uintptr_t)cursor->cursor;
    if (cursor->cursor == cursor->limit) {
        return;
    }
    require(is_in_heap(word) && cursor->cursor < cursor->limit, "cursor outside the heap", word);
    uint64_t offset = word - (uint64_t)(uintptr_t)bk_heap.base;
    uint64_t number = offset >> BK_BLOCK_SHIFT;
    const BkBlock *block = &bk_heap.blocks[number];
    require(block->state == BK_SMALL && block->kind == kind && block->class == class, "cursor in a foreign block",
            word);
    require(number == bk_heap.current[kind][class], "cursor outside its current block", word);
    require((offset & BK_BLOCK_MASK) % block->cell_size == 0, "cursor in the middle of a cell", word);
    require(cursor->limit <= bk_block_start(number) + (uint64_t)block->cells * block->cell_size,
            "cursor runs out of its block", word);
    for (const uint8_t *byte = cursor->cursor; byte < cursor->limit; byte++) {
        require(*byte == 0, "free cell was written to", (uint64_t)(uintptr_t)byte);
    }
}

void bk_verify_cursors(void)
{
    for (unsigned index = 0; index < BESKID_KIND_COUNT * BESKID_SIZE_CLASS_COUNT; index++) {
        verify_cursor(&bk_cursors()[index], index / BESKID_SIZE_CLASS_COUNT, index % BESKID_SIZE_CLASS_COUNT);
    }
}

/* ---- tables: states, runs, lists and sums agree ---- */

typedef struct Sums {
    uint64_t live_bytes;
    uint64_t live_objects;
    uint64_t dirty_blocks;
    uint64_t blocks_with_room;
} Sums;

static void add_small(const BkBlock *block, Sums *sums)
{
    uint64_t live = 0;
    for (uint32_t word = 0; word < (block->cells + 63) / 64; word++) {
        live += (uint64_t)__builtin_popcountll(block->marks[bk_heap.marked][word]);
    }
    /* In a block that is being allocated into, a barrier may have marked cells since. */
    bool young = block->epoch == bk_heap.epoch;
    require(young ? live >= block->live : live == block->live, "marked cells of a block are miscounted", live);
    sums->live_objects += block->live;
    sums->live_bytes += (uint64_t)block->live * block->cell_size;
    sums->blocks_with_room += !young && bk_block_has_room(block);
}

static void add_large(uint64_t head, const BkBlock *block, Sums *sums)
{
    require(block->head == head && block->run > 0, "large block without a run", head);
    require(head + block->run <= bk_heap.high, "large run leaves the heap", head);
    for (uint64_t tail = head + 1; tail < head + block->run; tail++) {
        const BkBlock *part = &bk_heap.blocks[tail];
        require(part->state == BK_LARGE_TAIL && part->head == head, "large run is interrupted", tail);
    }
    if (block->epoch != bk_heap.epoch) {
        sums->live_objects++;
        sums->live_bytes += (uint64_t)block->run << BK_BLOCK_SHIFT;
    }
}

/* The next full collection marks into the other set. */
static void require_no_other_marks(const BkBlock *block, uint64_t words)
{
    for (uint64_t word = 0; word < words; word++) {
        require(block->marks[1 - bk_heap.marked][word] == 0, "mark in the set that is not in use", word);
    }
}

static Sums sum_blocks(void)
{
    Sums sums = {0, 0, 0, 0};
    for (uint64_t number = 1; number < bk_heap.high; number++) {
        const BkBlock *block = &bk_heap.blocks[number];
        require(block->state == bk_heap.states[number], "state of a block and its copy differ", number);
        switch ((BkState)block->state) {
        case BK_FREE_CLEAN:
            require(number >= bk_heap.search, "free block below the search", number);
            break;
        case BK_FREE_DIRTY:
            require(number >= bk_heap.search, "free block below the search", number);
            sums.dirty_blocks++;
            break;
        case BK_SMALL:
            require(block->cell_size == bk_class_sizes[block->class], "block of no class", number);
            require_no_other_marks(block, (block->cells + 63) / 64);
            add_small(block, &sums);
            break;
        case BK_LARGE:
            require_no_other_marks(block, 1);
            add_large(number, block, &sums);
            break;
        case BK_LARGE_TAIL: {
            const BkBlock *head = &bk_heap.blocks[block->head];
            require(head->state == BK_LARGE && block->head + head->run > number, "large tail without a head", number);
            break;
        }
        }
    }
    return sums;
}

static uint64_t count_listed(unsigned kind, unsigned class, uint64_t max_count)
{
    uint64_t count = 0;
    for (uint32_t number = bk_heap.available[kind][class].first; number != 0; number = bk_heap.blocks[number].next) {
        const BkBlock *block = &bk_heap.blocks[number];
        require(block->state == BK_SMALL && block->kind == kind && block->class == class,
                "foreign block in a list of blocks with room", number);
        require(block->epoch != bk_heap.epoch, "block that cells are handed out of is in a list", number);
        require(block->next != 0 || bk_heap.available[kind][class].last == number, "list has lost its end", number);
        require(++count <= max_count, "list of blocks with room has no end", number);
    }
    return count;
}

void bk_verify_books(void)
{
    Sums sums = sum_blocks();
    require(sums.live_bytes == bk_heap.live_bytes, "live bytes are miscounted", sums.live_bytes);
    require(sums.live_objects == bk_heap.live_objects, "live cells are miscounted", sums.live_objects);
    require(sums.dirty_blocks == bk_heap.dirty_blocks, "dirty blocks are miscounted", sums.dirty_blocks);
    uint64_t listed = 0;
    for (unsigned kind = 0; kind < BESKID_KIND_COUNT; kind++) {
        for (unsigned class = 0; class < BESKID_SIZE_CLASS_COUNT; class++) {
            listed += count_listed(kind, class, sums.blocks_with_room);
        }
    }
    require(listed == sums.blocks_with_room, "block with room is in no list", listed);
}
