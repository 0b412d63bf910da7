/* The collector: stop the world, mark precisely from roots, find what is free from the marks; nothing moves.
 * Generated code calls `gc_write_barrier`, `gc_collect` and the observers (beskid.codegen). */
#include "heap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_THRESHOLD (UINT64_C(4) << 20)
#define STACK_ENTRIES_KEPT (UINT64_C(1) << 17)
/* So many elements of an array are marked at a time, or a long one would fill the stack with all it refers to. */
#define ELEMENTS_AT_ONCE 1024
/* The tag of an array marked up to the index that lies below it on the stack. */
#define KIND_ARRAY_REST BESKID_KIND_COUNT
#define TAG_MASK UINT64_C(7)
/* Cells that are on their way from memory while others are traced. */
#define CELLS_ASKED 16

_Static_assert(KIND_ARRAY_REST <= TAG_MASK, "tags fit below the alignment of cells");

/* Cells whose references are still to be marked, each with its kind in the low bits. */
static uint64_t *stack;
static uint64_t stack_size;
static uint64_t stack_capacity;

__attribute__((noinline)) static void grow_stack(void)
{
    uint64_t capacity = stack_capacity == 0 ? 4096 : stack_capacity * 2;
    uint64_t *grown = realloc(stack, capacity * sizeof *grown);
    if (grown == NULL) {
        bk_panic_fatal("out of memory");
    }
    stack = grown;
    stack_capacity = capacity;
}

static inline void push(uint64_t entry)
{
    if (BK_UNLIKELY(stack_size == stack_capacity)) {
        grow_stack();
    }
    stack[stack_size++] = entry;
}

/* A reference to what was freed before: it was not visible to an earlier collection. */
_Noreturn static void report_poison(void)
{
    static const char text[] = "beskid runtime: poisoned reference reached\n";
    bk_write_all(2, text, sizeof text - 1);
    abort();
}

/* What the modes that look for mistakes ask of a cell before anything is read from it. */
static void check_cell(const BkBlock *block, const uint8_t *cell)
{
    uint64_t word;
    memcpy(&word, cell, sizeof word);
    if (bk_heap.stress && word == BK_POISON_WORD) {
        report_poison();
    }
    if (bk_heap.verify) {
        bk_verify_header(block, cell);
    }
}

static inline void mark(uint64_t word)
{
    uint64_t offset = word - (uint64_t)(uintptr_t)bk_heap.base;
    uint64_t number = offset >> BK_BLOCK_SHIFT;
    if (number >= bk_heap.high) {
        return;
    }
    BkBlock *block = &bk_heap.blocks[number];
    uint8_t *cell;
    if (BK_LIKELY(block->state == BK_SMALL)) {
        uint32_t index = (uint32_t)((offset & BK_BLOCK_MASK) * block->reciprocal >> 32);
        uint64_t bit = UINT64_C(1) << (index % 64);
        uint64_t *marks = &block->marks[index / 64];
        if (index >= block->cells || (*marks & bit) != 0) {
            return;
        }
        *marks |= bit;
        cell = bk_heap.base + (number << BK_BLOCK_SHIFT) + (uint64_t)index * block->cell_size;
    } else {
        if (block->state < BK_LARGE) {
            if (bk_heap.stress) {
                report_poison();
            }
            return;
        }
        number = block->head;
        block = &bk_heap.blocks[number];
        if (block->marks[0] != 0) {
            return;
        }
        block->marks[0] = 1;
        cell = bk_heap.base + (number << BK_BLOCK_SHIFT);
    }
    if (BK_UNLIKELY(bk_heap.checked)) {
        check_cell(block, cell);
    }
    if (block->kind != BESKID_KIND_RAW) {
        push((uint64_t)(uintptr_t)cell | block->kind);
    }
}

static void mark_word(uint64_t word)
{
    mark(word);
}

static inline uint64_t word_at(const uint8_t *address)
{
    uint64_t word;
    memcpy(&word, address, sizeof word);
    return word;
}

static void trace_array(const BeskidArrayCell *array, uint64_t from)
{
    if ((array->element & 1) != 0) {
        return;
    }
    const BeskidTypeDescriptor *element = (const BeskidTypeDescriptor *)(uintptr_t)array->element;
    uint64_t to = array->len;
    if (to - from > ELEMENTS_AT_ONCE) {
        to = from + ELEMENTS_AT_ONCE;
        push(to);
        push((uint64_t)(uintptr_t)array | KIND_ARRAY_REST);
    }
    const uint8_t *item = array->ptr + from * element->size;
    for (uint64_t index = from; index < to; index++, item += element->size) {
        for (uint32_t reference = 0; reference < element->pointer_count; reference++) {
            mark(word_at(item + element->offsets[reference]));
        }
    }
}

static inline const uint8_t *cell_of(uint64_t entry)
{
    return (const uint8_t *)(uintptr_t)(entry & ~TAG_MASK);
}

static inline void trace(uint64_t entry)
{
    const uint8_t *cell = cell_of(entry);
    switch (entry & TAG_MASK) {
    case BESKID_KIND_OBJECT: {
        const BeskidTypeDescriptor *descriptor = (const BeskidTypeDescriptor *)(uintptr_t)word_at(cell);
        for (uint32_t index = 0; index < descriptor->pointer_count; index++) {
            mark(word_at(cell + descriptor->offsets[index]));
        }
        break;
    }
    case BESKID_KIND_SLICE:
        mark(word_at(cell));
        break;
    default:
        trace_array((const BeskidArrayCell *)(const void *)cell, 0);
        break;
    }
}

/* A cell taken from the stack is asked for at once and looked into some cells later, when memory has answered. */
static void drain(void)
{
    uint64_t asked[CELLS_ASKED] = {0};
    unsigned waiting = 0;
    for (unsigned place = 0; stack_size != 0 || waiting != 0; place = (place + 1) % CELLS_ASKED) {
        uint64_t ready = asked[place];
        asked[place] = 0;
        if (stack_size != 0) {
            uint64_t entry = stack[--stack_size];
            if ((entry & TAG_MASK) == KIND_ARRAY_REST) {
                uint64_t from = stack[--stack_size];
                trace_array((const BeskidArrayCell *)(const void *)cell_of(entry), from);
            } else {
                __builtin_prefetch(cell_of(entry));
                asked[place] = entry;
                waiting++;
            }
        }
        if (ready != 0) {
            waiting--;
            trace(ready);
        }
    }
}

static void clear_marks(void)
{
    for (uint64_t number = 1; number < bk_heap.high; number++) {
        BkBlock *block = &bk_heap.blocks[number];
        if (block->state == BK_SMALL) {
            memset(block->marks, 0, (block->cells + 63) / 64 * sizeof block->marks[0]);
        } else {
            block->marks[0] = 0;
        }
    }
}

static void poison_holes(const BkBlock *block, uint8_t *start)
{
    for (uint32_t index = 0; index < block->cells; index++) {
        if ((block->marks[index / 64] >> (index % 64) & 1) == 0) {
            uint8_t *cell = start + (uint64_t)index * block->cell_size;
            bk_allow(cell, block->cell_size);
            if (bk_heap.stress) {
                memset(cell, BK_POISON, block->cell_size);
            }
            bk_forbid(cell, block->cell_size);
        }
    }
}

static void sweep_small(uint32_t number, BkBlock *block)
{
    uint32_t live = 0;
    for (uint32_t word = 0; word < (block->cells + 63) / 64; word++) {
        live += (uint32_t)__builtin_popcountll(block->marks[word]);
    }
    if (live == 0) {
        bk_release_blocks(number, 1);
        return;
    }
    bk_heap.live_objects += live;
    bk_heap.live_bytes += (uint64_t)live * block->cell_size;
    block->scan = 0;
    block->dirty = true;
    if (bk_heap.stress || BK_FORBIDS_FREE_CELLS) {
        poison_holes(block, bk_heap.base + ((uint64_t)number << BK_BLOCK_SHIFT));
    }
    if (live < block->cells) {
        block->next = bk_heap.available[block->kind][block->class];
        bk_heap.available[block->kind][block->class] = number;
    }
}

static void sweep(void)
{
    memset(bk_heap.available, 0, sizeof bk_heap.available);
    bk_heap.live_bytes = 0;
    bk_heap.live_objects = 0;
    /* From the top, so that the lists begin with the lowest blocks and the highest ones run empty. */
    for (uint64_t number = bk_heap.high - 1; number > 0; number--) {
        BkBlock *block = &bk_heap.blocks[number];
        if (block->state == BK_SMALL) {
            sweep_small((uint32_t)number, block);
        } else if (block->state == BK_LARGE) {
            if (block->marks[0] == 0) {
                bk_release_blocks(number, block->run);
            } else {
                bk_heap.live_objects++;
                bk_heap.live_bytes += (uint64_t)block->run << BK_BLOCK_SHIFT;
            }
        }
    }
}

static void mark_everything(void)
{
    memset(bk_cursors(), 0, BESKID_KIND_COUNT * BESKID_SIZE_CLASS_COUNT * sizeof *bk_cursors());
    memset(bk_heap.current, 0, sizeof bk_heap.current);
    clear_marks();
    for (void **slot = bk_shadow_slots(); slot < bk_context->top; slot++) {
        mark((uint64_t)(uintptr_t)*slot);
    }
    bk_roots_visit(mark_word);
    drain();
    if (stack_capacity > STACK_ENTRIES_KEPT) {
        free(stack);
        stack = NULL;
        stack_capacity = 0;
    }
}

uint64_t bk_threshold(void)
{
    if (bk_heap.percent == BK_PERCENT_OFF) {
        return UINT64_MAX;
    }
    uint64_t bytes = bk_heap.live_bytes > LEAST_THRESHOLD ? bk_heap.live_bytes : LEAST_THRESHOLD;
    return bytes / 100 * bk_heap.percent;
}

static double in_mebibytes(uint64_t bytes)
{
    return (double)bytes / (1 << 20);
}

static double in_milliseconds(int64_t nanoseconds)
{
    return (double)nanoseconds / 1e6;
}

/* One line of the trace. What was handed out and what survived are bytes of cells; the heap is what holds memory. */
static void trace_collection(uint64_t before, int64_t began, int64_t marked, int64_t ended)
{
    static uint64_t number;
    static int64_t longest;
    longest = ended - began > longest ? ended - began : longest;
    uint64_t held = bk_heap.dirty_blocks;
    for (uint64_t index = 1; index < bk_heap.high; index++) {
        held += bk_heap.states[index] >= BK_SMALL;
    }
    bk_output_flush();
    fprintf(stderr,
            "gc %" PRIu64 ": %.1f -> %.1f MiB in %" PRIu64 " cells, heap %.1f MiB, mark %.2f ms, sweep %.2f ms, "
            "longest %.2f ms\n",
            ++number, in_mebibytes(before), in_mebibytes(bk_heap.live_bytes), bk_heap.live_objects,
            in_mebibytes(held << BK_BLOCK_SHIFT), in_milliseconds(marked - began), in_milliseconds(ended - marked),
            in_milliseconds(longest));
}

uint64_t bk_collect(void)
{
    bk_initialize();
    if (BK_UNLIKELY(bk_heap.disabled)) {
        return bk_heap.live_bytes;
    }
    int64_t began = clock_monotonic_nanos();
    uint64_t before = bk_heap.live_bytes + bk_heap.since_bytes;
    bk_heap.phase = 1;
    if (BK_UNLIKELY(bk_heap.verify)) {
        bk_verify_cursors();
    }
    mark_everything();
    if (BK_UNLIKELY(bk_heap.verify)) {
        bk_verify_marks();
    }
    int64_t marked = clock_monotonic_nanos();
    bk_heap.phase = 2;
    sweep();
    bk_heap.since_bytes = 0;
    bk_heap.since_objects = 0;
    bk_heap.threshold = bk_threshold();
    if (!bk_heap.stress) {
        uint64_t most = bk_heap.limit << BK_BLOCK_SHIFT;
        bk_return_surplus(((bk_heap.threshold < most ? bk_heap.threshold : most) >> BK_BLOCK_SHIFT) * 2);
    }
    if (BK_UNLIKELY(bk_heap.verify)) {
        bk_verify_books();
    }
    bk_heap.phase = 0;
    if (BK_UNLIKELY(bk_heap.trace)) {
        trace_collection(before, began, marked, clock_monotonic_nanos());
    }
    return bk_heap.live_bytes;
}

/* Bytes, or cells, between the cursors and their limits: handed out and not yet used. */
static uint64_t unused(bool in_cells)
{
    uint64_t sum = 0;
    for (unsigned index = 0; index < BESKID_KIND_COUNT * BESKID_SIZE_CLASS_COUNT; index++) {
        const BeskidAllocationCursor *cursor = &bk_cursors()[index];
        uint64_t bytes = (uint64_t)((uintptr_t)cursor->limit - (uintptr_t)cursor->cursor);
        sum += in_cells ? bytes / bk_class_sizes[index % BESKID_SIZE_CLASS_COUNT] : bytes;
    }
    return sum;
}

void gc_write_barrier(void *parent, void *child)
{
    (void)parent;
    if (child == NULL || BK_LIKELY(bk_context->marking == 0)) {
        return;
    }
    mark((uint64_t)(uintptr_t)child);
}

int64_t gc_bytes_allocated(void)
{
    return (int64_t)(bk_heap.live_bytes + bk_heap.since_bytes - unused(false));
}

int64_t gc_object_count(void)
{
    return (int64_t)(bk_heap.live_objects + bk_heap.since_objects - unused(true));
}

int64_t gc_phase(void)
{
    return bk_heap.phase;
}

void gc_disable(void)
{
    bk_initialize();
    bk_heap.disabled = true;
}

void bk_collection_allow(void)
{
    bk_heap.disabled = false;
}

int64_t gc_collect(void)
{
    return (int64_t)bk_collect();
}

int64_t gc_collect_if_needed(void)
{
    bk_initialize();
    if (bk_heap.stress || bk_heap.since_bytes >= bk_heap.threshold) {
        bk_collect();
    }
    return gc_bytes_allocated();
}
