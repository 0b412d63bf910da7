/* What is live in the heap, by type, and which calls allocate: a part of the runtime that is built for the profile.
 *
 * Each byte of small cells is chosen with the same probability, and a cell with a chosen byte is a sample. So runs of
 * cells end where the next sample is, and allocations between two samples are as fast as ever. After each full
 * collection with more live bytes than ever before, the marked cells are counted by type. Both are written to memory
 * that the process shares with its parent. */
#define _GNU_SOURCE
#include "stacks.h"

#include "context/context.h"
#include "heap/blocks.h"
#include "heap/profiled.h"

#if defined(BK_PROFILED)

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define CURSOR_COUNT (BESKID_KIND_COUNT * BESKID_SIZE_CLASS_COUNT)
#define LARGE CURSOR_COUNT
/* Bytes of one kind and class from a sample to the next, on average; they double after so many samples. */
#define FIRST_DISTANCE 16384.0
#define SAMPLES_OF_A_DISTANCE 65536
/* The largest census is looked for anew when the heap grows by a fifth above it, or above so many bytes. */
#define MIN_LARGEST (UINT64_C(16) << 10)

/* Rows of a census; those of types for which there is none are counted together in the last. */
#define MAX_TYPES 4096
#define MAX_NAME 231
#define HASH_SIZE (MAX_TYPES * 2)

typedef struct {
    uint64_t count; /* cells */
    uint64_t bytes;
    uint64_t is_array;
    char name[MAX_NAME + 1]; /* of the type, of the element in an array; the end of a long one is missing */
} TypeRow;

_Static_assert(sizeof(TypeRow) == 256, "row of a census");

/* The parent reads it when the process has ended. A census is complete when `latest` says so. */
typedef struct {
    uint64_t collections; /* full ones so far */
    uint64_t latest;      /* 1 or 2, 0 for none */
    struct {
        uint64_t collection; /* its number */
        uint64_t used;       /* rows */
        TypeRow rows[MAX_TYPES];
    } censuses[2];
} Census;

typedef struct {
    double left;     /* bytes until the next sample */
    double distance; /* the average when it was drawn */
} Countdown;

static struct {
    bool is_running;
    uint64_t random;
    uint64_t samples;
    Countdown countdowns[CURSOR_COUNT + 1];
    Census *census;
    uint64_t largest;           /* live bytes at the latest census */
    uint64_t keys[HASH_SIZE];   /* of types, 0 for none */
    uint32_t row_of[HASH_SIZE]; /* of the key at the same place */
    uint32_t row_count;
} state;

/* ---- samples ---- */

/* A number above 0, up to 1. */
static double next_random(void)
{
    state.random = state.random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)((state.random >> 11) + 1) / (double)(UINT64_C(1) << 53);
}

static void draw(Countdown *countdown)
{
    countdown->distance = ldexp(FIRST_DISTANCE, (int)(state.samples / SAMPLES_OF_A_DISTANCE));
    countdown->left = -countdown->distance * log(next_random());
}

/* A cell is sampled with the probability 1 - exp(-size / distance), so it stands for so many times its bytes. */
static __attribute__((noinline)) void take_sample(Countdown *countdown, uint64_t size)
{
    int error = errno;
    const uint64_t *base = __builtin_frame_address(0);
    Frame frame = {0, (uint64_t)(uintptr_t)base, *base};
    profile_write_sample(frame, (uint64_t)llround((double)size / -expm1(-(double)size / countdown->distance)));
    state.samples++;
    draw(countdown);
    errno = error;
}

static Countdown *countdown_of(unsigned kind, unsigned class)
{
    return &state.countdowns[kind * BESKID_SIZE_CLASS_COUNT + class];
}

uint64_t bk_profiled_run_bytes(unsigned kind, unsigned class, uint64_t usual)
{
    if (!state.is_running) {
        return usual;
    }
    Countdown *countdown = countdown_of(kind, class);
    if (countdown->distance == 0) {
        draw(countdown);
        countdown->left -= bk_class_sizes[class];
    }
    if (countdown->left <= 0) {
        take_sample(countdown, bk_class_sizes[class]);
    }
    return countdown->left < (double)usual ? (uint64_t)countdown->left : usual;
}

void bk_profiled_run(unsigned kind, unsigned class, uint64_t bytes)
{
    if (state.is_running) {
        countdown_of(kind, class)->left -= (double)bytes;
    }
}

void bk_profiled_close(void)
{
    for (unsigned index = 0; state.is_running && index < CURSOR_COUNT; index++) {
        const BeskidAllocationCursor *cursor = &bk_cursors()[index];
        state.countdowns[index].left += (double)(cursor->limit - cursor->cursor);
    }
}

void bk_profiled_large(uint64_t bytes)
{
    if (!state.is_running) {
        return;
    }
    Countdown *countdown = &state.countdowns[LARGE];
    if (countdown->distance == 0) {
        draw(countdown);
    }
    countdown->left -= (double)bytes;
    if (countdown->left <= 0) {
        take_sample(countdown, bytes);
    }
}

/* ---- census ---- */

/* What tells the type of a cell: the address of a descriptor, or the bytes of an element, with what it is of. */
enum { OBJECT, ARRAY, NUMBERS, STRING };
#define KEY(value, form) ((value) << 3 | (form))

static uint64_t key_of(const BkBlock *block, const uint8_t *cell, uint64_t room)
{
    const BeskidArrayCell *array = (const BeskidArrayCell *)(const void *)cell;
    if (block->kind == BESKID_KIND_OBJECT) {
        return KEY(*(const uint64_t *)(const void *)cell, OBJECT);
    }
    if (block->kind == BESKID_KIND_SLICE) {
        return KEY(UINT64_C(1), STRING);
    }
    if (array->ptr == cell + BESKID_STRING_BYTES_OFFSET) {
        return KEY(UINT64_C(0), STRING);
    }
    if (room < sizeof *array) {
        return KEY(UINT64_C(0), NUMBERS);
    }
    return (array->element & 1) == 0 ? KEY(array->element, ARRAY) : KEY(array->element >> 1, NUMBERS);
}

static void name_type(TypeRow *row, uint64_t key)
{
    uint64_t form = key & 7;
    const BeskidTypeDescriptor *descriptor = (const BeskidTypeDescriptor *)(uintptr_t)(key >> 3);
    const char *name = (key >> 3) == 0 ? "string" : "string slice";
    char text[32];
    if (form == NUMBERS) {
        snprintf(text, sizeof text, "(%" PRIu64 " bytes)", key >> 3);
        name = text;
    } else if (form != STRING) {
        name = descriptor->name != NULL ? descriptor->name : descriptor->pointer_count != 0 ? "(reference)" : "u8";
    }
    row->is_array = form == ARRAY || form == NUMBERS;
    strncpy(row->name, name, MAX_NAME);
}

/* The number of the row of a type. */
static uint32_t row_of(uint64_t key)
{
    /* No key is 0: it would be an object without a descriptor. */
    uint32_t place = (uint32_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 32) % HASH_SIZE;
    while (state.keys[place] != key && state.keys[place] != 0) {
        place = (place + 1) % HASH_SIZE;
    }
    if (state.keys[place] == 0) {
        if (state.row_count == MAX_TYPES - 1) {
            return MAX_TYPES - 1;
        }
        state.keys[place] = key;
        state.row_of[place] = state.row_count++;
        for (unsigned which = 0; which < 2; which++) {
            name_type(&state.census->censuses[which].rows[state.row_of[place]], key);
        }
    }
    return state.row_of[place];
}

static uint64_t marked_cells(const BkBlock *block)
{
    uint64_t count = 0;
    for (uint32_t word = 0; word < (block->cells + 63) / 64; word++) {
        count += (uint64_t)__builtin_popcountll(block->marks[bk_heap.marked][word]);
    }
    return count;
}

static uint64_t run_bytes(const BkBlock *block)
{
    return (uint64_t)block->run << BK_BLOCK_SHIFT;
}

static bool is_live_run(const BkBlock *block)
{
    return block->state == BK_LARGE && block->marks[bk_heap.marked][0] != 0;
}

static uint64_t live_bytes(void)
{
    uint64_t sum = 0;
    for (uint64_t number = 1; number < bk_heap.high; number++) {
        const BkBlock *block = &bk_heap.blocks[number];
        sum += block->state == BK_SMALL ? marked_cells(block) * block->cell_size : 0;
        sum += is_live_run(block) ? run_bytes(block) : 0;
    }
    return sum;
}

static void count_cell(TypeRow *rows, const BkBlock *block, const uint8_t *cell, uint64_t room)
{
    TypeRow *row = &rows[row_of(key_of(block, cell, room))];
    row->count++;
    row->bytes += room;
}

static void count_small(TypeRow *rows, const BkBlock *block, const uint8_t *start)
{
    for (uint32_t word = 0; word < (block->cells + 63) / 64; word++) {
        for (uint64_t marks = block->marks[bk_heap.marked][word]; marks != 0; marks &= marks - 1) {
            uint64_t index = (uint64_t)word * 64 + (uint64_t)__builtin_ctzll(marks);
            count_cell(rows, block, start + index * block->cell_size, block->cell_size);
        }
    }
}

void bk_profiled_collected(void)
{
    if (!state.is_running) {
        return;
    }
    Census *census = state.census;
    census->collections++;
    uint64_t live = live_bytes();
    if (live <= state.largest) {
        return;
    }
    state.largest = live;
    uint64_t next = census->latest == 1 ? 1 : 0;
    TypeRow *rows = census->censuses[next].rows;
    for (uint32_t row = 0; row < MAX_TYPES; row++) {
        rows[row].count = rows[row].bytes = 0;
    }
    for (uint64_t number = 1; number < bk_heap.high; number++) {
        const BkBlock *block = &bk_heap.blocks[number];
        if (block->state == BK_SMALL) {
            count_small(rows, block, bk_block_start(number));
        } else if (is_live_run(block)) {
            count_cell(rows, block, bk_block_start(number), run_bytes(block));
        }
    }
    census->censuses[next].collection = census->collections;
    census->censuses[next].used = state.row_count;
    __atomic_store_n(&census->latest, next + 1, __ATOMIC_RELEASE);
}

/* As long as what was live and what was handed out since are fewer bytes than the largest census had, no collection can
 * find more. */
uint64_t bk_profiled_growth(uint64_t base, uint64_t usual)
{
    uint64_t largest = state.largest < MIN_LARGEST ? MIN_LARGEST : state.largest;
    uint64_t growth = (largest < base ? base : largest) / 5 * 6 - base;
    return !state.is_running || usual < growth ? usual : growth;
}

/* ---- start ---- */

/* A child of the program shares the memory. */
static void stop(void)
{
    state.is_running = false;
}

/* Begins to take samples of allocations and censuses, after `beskid_profile_prepare`. `census` is memory of `size`
 * bytes that is zero and stays. Returns 0 or an error number: EINVAL if a census has another size. */
VISIBLE int32_t beskid_profile_start_heap(Census *census, uint64_t size)
{
    /* The parent reads it by a copy of its layout. */
    if (size != sizeof *census) {
        return EINVAL;
    }
    state.census = census;
    state.random = 1;
    strcpy(census->censuses[0].rows[MAX_TYPES - 1].name, "(other types)");
    strcpy(census->censuses[1].rows[MAX_TYPES - 1].name, "(other types)");
    int error = pthread_atfork(NULL, NULL, stop);
    state.is_running = error == 0;
    return error;
}

#endif
