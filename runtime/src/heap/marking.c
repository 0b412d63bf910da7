/* Marking: precise tracing from roots with an explicit stack, all at once or in steps; nothing moves.
 * Generated code calls `gc_write_barrier` through the source builtin; its own stores dirty cards (beskid.codegen). */
#include "heap/marking.h"
#include "context/context.h"
#include "heap/roots.h"
#include "panic/output.h"
#include "panic/panic.h"

#include <stdlib.h>
#include <string.h>

#define MAX_KEPT_STACK (UINT64_C(1) << 17)
/* Elements of an array that are marked at a time; all at once, a long array would fill the stack with its
 * references. */
#define ELEMENTS_AT_ONCE 256
/* The tag of an array marked up to the index that lies below it on the stack. */
#define KIND_ARRAY_REST BESKID_KIND_COUNT
#define TAG_MASK UINT64_C(7)
/* Cells that are prefetched while others are traced. */
#define PREFETCHED_CELLS 16
#define ROOTS_IN_A_STEP 8
#define ELEMENTS_AHEAD 12

_Static_assert(KIND_ARRAY_REST <= TAG_MASK && BESKID_CELL_GRANULE > TAG_MASK, "tags fit below the alignment of cells");

/* Cells whose references are still to be marked, each with its kind in the low bits. */
static uint64_t *stack;
static uint64_t stack_size;
static uint64_t stack_capacity;

/* The set of marks that is written to: the one in use, or the other while everything is marked anew. */
static unsigned target;

static void (*check_header)(const BkBlock *block, const uint8_t *cell);

void bk_marking_check_with(void (*check)(const BkBlock *block, const uint8_t *cell))
{
    check_header = check;
}

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

/* A reference to a freed cell: it was not visible to an earlier collection. */
__attribute__((cold)) _Noreturn static void report_poison(void)
{
    static const char text[] = "beskid runtime: poisoned reference reached\n";
    bk_write_all(2, text, sizeof text - 1);
    abort();
}

/* What stress mode and the verifier check in a cell before anything is read from it. Inlined, its calls would take
 * registers from the loops that mark, which then move values around for every cell. */
__attribute__((cold, noinline)) static void check_cell(const BkBlock *block, const uint8_t *cell)
{
    uint64_t word;
    memcpy(&word, cell, sizeof word);
    if (bk_heap.stress && word == BK_POISON_WORD) {
        report_poison();
    }
    if (check_header != NULL) {
        check_header(block, cell);
    }
}

__attribute__((always_inline)) static inline void mark(uint64_t word)
{
    uint64_t offset = word - (uint64_t)(uintptr_t)bk_heap.base;
    uint64_t number = offset >> BK_BLOCK_SHIFT;
    if (number >= bk_heap.high) {
        return;
    }
    BkBlock *block = &bk_heap.blocks[number];
    uint8_t *cell;
    if (BK_LIKELY(block->state == BK_SMALL)) {
        uint32_t index = bk_block_index(block, offset);
        uint64_t bit = UINT64_C(1) << (index % 64);
        uint64_t *marks = &block->marks[target][index / 64];
        if (index >= block->cells || (*marks & bit) != 0) {
            return;
        }
        *marks |= bit;
        cell = bk_block_start(number) + (uint64_t)index * block->cell_size;
    } else {
        if (block->state < BK_LARGE) {
            if (bk_heap.stress) {
                report_poison();
            }
            return;
        }
        number = block->head;
        block = &bk_heap.blocks[number];
        if (block->marks[target][0] != 0) {
            return;
        }
        block->marks[target][0] = 1;
        cell = bk_block_start(number);
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

static const BeskidTypeDescriptor *element_of(const BeskidArrayCell *array)
{
    return (array->element & 1) != 0 ? NULL : (const BeskidTypeDescriptor *)(uintptr_t)array->element;
}

static void trace_elements(const BeskidArrayCell *array, const BeskidTypeDescriptor *element, uint64_t from,
                           uint64_t to)
{
    const uint8_t *item = array->ptr + from * element->size;
    /* The elements of an array refer to blocks at random, so what is known of a block is fetched some elements
     * before. */
    uint64_t ahead = element->pointer_count == 1 ? element->size * ELEMENTS_AHEAD + element->offsets[0] : 0;
    for (uint64_t index = from; index < to; index++, item += element->size) {
        if (ahead != 0 && index + ELEMENTS_AHEAD < to) {
            uint64_t offset = word_at(item + ahead) - (uint64_t)(uintptr_t)bk_heap.base;
            __builtin_prefetch(&bk_heap.blocks[(offset >> BK_BLOCK_SHIFT) & (bk_heap.reserved - 1)]);
        }
        for (uint32_t reference = 0; reference < element->pointer_count; reference++) {
            mark(word_at(item + element->offsets[reference]));
        }
    }
}

/* Traces the next elements of an array from an index on. Returns the steps done. */
static uint64_t trace_array(const BeskidArrayCell *array, uint64_t from)
{
    const BeskidTypeDescriptor *element = element_of(array);
    if (element == NULL || from >= array->len) {
        return 1;
    }
    uint64_t to = array->len;
    if (to - from > ELEMENTS_AT_ONCE) {
        to = from + ELEMENTS_AT_ONCE;
        push(to);
        push((uint64_t)(uintptr_t)array | KIND_ARRAY_REST);
    }
    trace_elements(array, element, from, to);
    return 1 + (to - from);
}

static inline const uint8_t *cell_of(uint64_t entry)
{
    return (const uint8_t *)(uintptr_t)(entry & ~TAG_MASK);
}

/* Marks what a cell refers to. Returns the steps done. */
__attribute__((always_inline)) static inline uint64_t trace(uint64_t entry)
{
    const uint8_t *cell = cell_of(entry);
    switch (entry & TAG_MASK) {
    case BESKID_KIND_OBJECT: {
        const BeskidTypeDescriptor *descriptor = (const BeskidTypeDescriptor *)(uintptr_t)word_at(cell);
        for (uint32_t index = 0; index < descriptor->pointer_count; index++) {
            mark(word_at(cell + descriptor->offsets[index]));
        }
        return 1;
    }
    case BESKID_KIND_SLICE:
        mark(word_at(cell));
        return 1;
    default:
        return trace_array((const BeskidArrayCell *)(const void *)cell, 0);
    }
}

/* A cell taken from the stack is prefetched at once and traced some cells later, when it has arrived from memory. */
uint64_t bk_marking_run(uint64_t max_steps)
{
    uint64_t prefetched[PREFETCHED_CELLS] = {0};
    unsigned waiting = 0;
    uint64_t done = 0;
    for (unsigned place = 0; stack_size != 0 || waiting != 0; place = (place + 1) % PREFETCHED_CELLS) {
        uint64_t ready = prefetched[place];
        prefetched[place] = 0;
        if (stack_size != 0 && done < max_steps) {
            uint64_t entry = stack[--stack_size];
            if ((entry & TAG_MASK) == KIND_ARRAY_REST) {
                uint64_t from = stack[--stack_size];
                done += trace_array((const BeskidArrayCell *)(const void *)cell_of(entry), from);
            } else {
                __builtin_prefetch(cell_of(entry));
                prefetched[place] = entry;
                waiting++;
            }
        } else if (waiting == 0) {
            break;
        }
        if (ready != 0) {
            waiting--;
            done += trace(ready);
        }
    }
    return done;
}

bool bk_marking_is_done(void)
{
    return stack_size == 0;
}

/* ---- cards ---- */

static inline bool is_marked(const BkBlock *block, uint64_t index)
{
    return bk_block_is_marked(block, target, index);
}

/* Traces the elements of an array that lie in a card; an element may begin before it. Returns the steps done. */
static uint64_t trace_array_card(const BeskidArrayCell *array, const uint8_t *from, const uint8_t *end)
{
    const BeskidTypeDescriptor *element = element_of(array);
    if (element == NULL || element->size == 0 || end <= array->ptr) {
        return 1;
    }
    uint64_t first = from <= array->ptr ? 0 : (uint64_t)(from - array->ptr) / element->size;
    uint64_t last = ((uint64_t)(end - array->ptr) + element->size - 1) / element->size;
    if (last > array->len) {
        last = array->len;
    }
    if (first >= last) {
        return 1;
    }
    trace_elements(array, element, first, last);
    return 1 + (last - first);
}

static uint64_t trace_cell_card(unsigned kind, const uint8_t *cell, const uint8_t *from, const uint8_t *end)
{
    if (kind == BESKID_KIND_ARRAY) {
        return trace_array_card((const BeskidArrayCell *)(const void *)cell, from, end);
    }
    /* A cell without references may hold a slot that a host registered. */
    return kind == BESKID_KIND_RAW ? 1 : trace((uint64_t)(uintptr_t)cell | kind);
}

/* Traces the marked cells in a dirty card. What was stored into other cells is found when they are reached. Returns the
 * steps done. */
static uint64_t trace_card(const BkBlock *block, const uint8_t *start, uint64_t card)
{
    uint64_t offset = card << BESKID_CARD_SHIFT;
    uint64_t offset_end = offset + (UINT64_C(1) << BESKID_CARD_SHIFT);
    if (block->state != BK_SMALL) {
        const BkBlock *head = &bk_heap.blocks[block->head];
        if (head->marks[target][0] != 0) {
            const uint8_t *cell = bk_heap.base + ((uint64_t)block->head << BK_BLOCK_SHIFT);
            return trace_cell_card(head->kind, cell, start + offset, start + offset_end);
        }
        return 1;
    }
    uint64_t done = 1;
    for (uint64_t index = offset / block->cell_size; index < block->cells; index++) {
        uint64_t place = index * block->cell_size;
        if (place >= offset_end) {
            break;
        }
        if (is_marked(block, index)) {
            done += trace_cell_card(block->kind, start + place, start + offset, start + offset_end);
        }
    }
    return done;
}

uint64_t bk_marking_cards(uint64_t *group, uint64_t end, uint64_t max_steps)
{
    uint64_t done = 1;
    for (; *group < end && done < max_steps; ++*group) {
        uint8_t *cards = bk_heap.cards + *group * BK_CARDS_IN_GROUP;
        if (BK_LIKELY(word_at(cards) == 0)) {
            continue;
        }
        uint64_t number = *group / BK_GROUPS_IN_BLOCK;
        const BkBlock *block = &bk_heap.blocks[number];
        uint64_t first = *group % BK_GROUPS_IN_BLOCK * BK_CARDS_IN_GROUP;
        for (uint64_t card = 0; card < BK_CARDS_IN_GROUP; card++) {
            if (cards[card] != 0) {
                cards[card] = 0;
                done += block->state >= BK_SMALL ? trace_card(block, bk_block_start(number), first + card) : 1;
            }
        }
    }
    return done;
}

/* ---- a collection ---- */

/* What the barrier has made grey since the last collection is on the stack. */
void bk_marking_begin_young(void)
{
    target = bk_heap.marked;
}

/* Sweeps clear the marks that are no longer in use, so that beginning takes no time. */
void bk_marking_begin(void)
{
    target = 1 - bk_heap.marked;
    stack_size = 0;
}

void bk_marking_clear_cards(uint64_t first, uint64_t count)
{
    memset(bk_heap.cards + first * BK_CARDS_IN_BLOCK, 0, count * BK_CARDS_IN_BLOCK);
}

BK_COLD void bk_marking_abandon(void)
{
    stack_size = 0;
    if (target == bk_heap.marked) {
        return;
    }
    for (uint64_t number = 1; number < bk_heap.high; number++) {
        bk_block_clear_marks(&bk_heap.blocks[number], target);
    }
}

uint64_t bk_marking_roots(void)
{
    uint64_t slots = (uint64_t)(bk_context->top - bk_shadow_slots());
    for (void **slot = bk_shadow_slots(); slot < bk_context->top; slot++) {
        mark((uint64_t)(uintptr_t)*slot);
    }
    bk_roots_visit(mark_word);
    return 1 + (slots + (uint64_t)gc_external_root_count()) / ROOTS_IN_A_STEP;
}

void bk_marking_flip(void)
{
    bk_heap.marked = target;
}

bool bk_marking_is_young(void)
{
    return target == bk_heap.marked;
}

/* A mebibyte at a time: unmapping takes the system time. */
BK_COLD bool bk_marking_shrink(void)
{
    if (stack_capacity <= MAX_KEPT_STACK || stack_size != 0) {
        return true;
    }
    uint64_t capacity = stack_capacity - MAX_KEPT_STACK;
    uint64_t *smaller = realloc(stack, capacity * sizeof *smaller);
    if (smaller != NULL) {
        stack = smaller;
        stack_capacity = capacity;
    }
    return smaller == NULL || capacity <= MAX_KEPT_STACK;
}

/* Whether the cell that contains an address is marked; addresses outside the heap are not. */
static bool is_address_marked(uint64_t word)
{
    uint64_t offset = word - (uint64_t)(uintptr_t)bk_heap.base;
    uint64_t number = offset >> BK_BLOCK_SHIFT;
    if (number >= bk_heap.high) {
        return false;
    }
    const BkBlock *block = &bk_heap.blocks[number];
    if (block->state != BK_SMALL) {
        return block->state >= BK_LARGE && bk_heap.blocks[block->head].marks[target][0] != 0;
    }
    uint64_t index = (offset & BK_BLOCK_MASK) / block->cell_size;
    return index < block->cells && is_marked(block, index);
}

/* A marked parent will not be traced again, so its new child becomes grey at once; a minor collection continues from
 * there. */
void gc_write_barrier(void *parent, void *child)
{
    if (child == NULL) {
        return;
    }
    if (bk_heap.phase == BK_MARKING || is_address_marked((uint64_t)(uintptr_t)parent)) {
        mark((uint64_t)(uintptr_t)child);
    }
}
