/* The heap's blocks: one reserved range, the tables that describe its blocks, and what every stage of a collection
 * shares. */
#ifndef BESKID_BLOCKS_H
#define BESKID_BLOCKS_H

#include "common.h"
#include "heap/settings.h"

#include <string.h>

#define BK_BLOCK_SHIFT 16
#define BK_BLOCK_MASK ((uint64_t)BESKID_HEAP_BLOCK_SIZE - 1)
#define BK_MARK_WORDS (BESKID_HEAP_BLOCK_SIZE / BESKID_SMALL_CELL_MINIMUM / 64)
#define BK_CARDS_IN_BLOCK (BESKID_HEAP_BLOCK_SIZE >> BESKID_CARD_SHIFT)
/* Cards are looked at in groups of a word. */
#define BK_CARDS_IN_GROUP 8
#define BK_GROUPS_IN_BLOCK (BK_CARDS_IN_BLOCK / BK_CARDS_IN_GROUP)
#define BK_POISON 0xDB
#define BK_POISON_WORD UINT64_C(0xDBDBDBDBDBDBDBDB)

_Static_assert(BESKID_HEAP_BLOCK_SIZE == 1 << BK_BLOCK_SHIFT, "block shift");

typedef enum BkState {
    BK_FREE_CLEAN, /* never used, or given back to the system: zero */
    BK_FREE_DIRTY,
    BK_SMALL,
    BK_LARGE,
    BK_LARGE_TAIL,
} BkState;

/* What is known about a block. It lies beside the heap: at the blocks' starts all of them would share cache sets.
 * A large cell's mark is bit 0 of the marks of its first block. */
typedef struct BkBlock {
    uint8_t state;
    uint8_t kind;
    uint8_t class;
    bool dirty;          /* free cells may hold old bytes */
    uint32_t cell_size;  /* small blocks */
    uint32_t reciprocal; /* rounded-up 2^32 / cell_size: offset * reciprocal >> 32 is the cell's index */
    uint32_t cells;
    uint32_t scan;  /* where the search for a hole goes on */
    uint32_t next;  /* next block with room of the same kind and class, 0 for none */
    uint32_t head;  /* of a large tail: the block it belongs to */
    uint32_t run;   /* of a large head: number of blocks */
    uint32_t live;  /* marked cells at the last count */
    uint32_t young; /* next block allocated into since the last collection, 0 for none */
    uint64_t epoch; /* the collection after which it was last allocated into */
    uint64_t marks[2][BK_MARK_WORDS];
} BkBlock;

/* Blocks with room of one kind and class. */
typedef struct BkList {
    uint32_t first;
    uint32_t last;
} BkList;

typedef enum BkPhase { BK_IDLE, BK_MARKING, BK_SWEEPING } BkPhase;

typedef struct BkHeap {
    uint8_t *base;         /* null before initialisation */
    BkBlock *blocks;       /* block 0 is never used, so 0 means none */
    uint8_t *states;       /* the blocks' states again, dense, for searching */
    uint8_t *cards;        /* a byte for each 512 bytes: a reference was stored there since the last collection */
    uint64_t reserved;     /* blocks in the range */
    uint64_t committed;    /* blocks that may be touched */
    uint64_t high;         /* blocks ever used */
    uint64_t limit;        /* blocks the program may have */
    uint64_t search;       /* no free block lies below */
    uint64_t dirty_blocks; /* free and not given back to the system */
    uint64_t live_bytes;   /* in marked cells, at the last collection */
    uint64_t live_objects;
    uint64_t allocated_since_gc; /* bytes handed out since the last collection */
    uint64_t objects_since_gc;
    uint64_t work_since_gc; /* marking steps that what was handed out may cost */
    uint64_t due;           /* value of allocated_since_gc at which the collector wants to be called */
    uint64_t percent;       /* growth between full collections, per cent of the live bytes */
    uint64_t epoch;         /* number of the collection that was finished last */
    BkPhase phase;
    unsigned marked; /* which of the two sets of marks tells what was alive at the last collection */
    uint32_t young;  /* blocks allocated into since the last collection */
    bool checked;    /* stress or verify */
    bool stress;
    bool verify;
    bool trace;
    bool disabled; /* the program runs without roots */
    BkList available[BESKID_KIND_COUNT][BESKID_SIZE_CLASS_COUNT];
    uint32_t current[BESKID_KIND_COUNT][BESKID_SIZE_CLASS_COUNT]; /* the block the cursor is in */
} BkHeap;

/* Free memory is forbidden to a runtime built by AddressSanitizer, so that it reports the first touch of a dead
 * cell. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define bk_forbid(address, size) __asan_poison_memory_region((address), (size))
#define bk_allow(address, size) __asan_unpoison_memory_region((address), (size))
#define BK_FORBIDS_FREE_CELLS true
#else
#define bk_forbid(address, size) ((void)(address), (void)(size))
#define bk_allow(address, size) ((void)(address), (void)(size))
#define BK_FORBIDS_FREE_CELLS false
#endif

extern BkHeap bk_heap;
extern const uint32_t bk_class_sizes[BESKID_SIZE_CLASS_COUNT];

/* Reserves the range and its tables. Returns false when there is no memory. */
bool bk_blocks_initialize(const BkSettings *settings);
/* The first of `count` adjacent free blocks, now committed; 0 when there is no room. */
uint64_t bk_blocks_take(uint64_t count);
/* Makes a run of blocks free again. */
void bk_blocks_release(uint64_t first, uint64_t count);
/* Returns up to `max_blocks` free blocks to the system until only `kept` hold memory. True when that is so. */
bool bk_blocks_return_surplus(uint64_t kept, uint64_t max_blocks);
/* Takes all runs back from the cursors. */
void bk_cursors_close(void);
/* Bytes, or cells, between the cursors and their limits: handed out and not used yet. */
uint64_t bk_cursors_unused(bool in_cells);

static inline uint8_t *bk_block_start(uint64_t number)
{
    return bk_heap.base + (number << BK_BLOCK_SHIFT);
}

/* Whether one set of the marks of a block has the mark of a cell. */
static inline bool bk_block_is_marked(const BkBlock *block, unsigned set, uint64_t index)
{
    return (block->marks[set][index / 64] >> (index % 64) & 1) != 0;
}

/* The index of the cell at an offset from the heap's base, in a small block. After the last cell it is too large. */
static inline uint32_t bk_block_index(const BkBlock *block, uint64_t offset)
{
    return (uint32_t)((offset & BK_BLOCK_MASK) * block->reciprocal >> 32);
}

/* Clears one set of the marks of a block. */
static inline void bk_block_clear_marks(BkBlock *block, unsigned set)
{
    uint64_t words = block->state == BK_SMALL ? (block->cells + 63) / 64 : 1;
    memset(block->marks[set], 0, words * sizeof block->marks[0][0]);
}

/* Whether a small block's holes are worth allocating into. */
static inline bool bk_block_has_room(const BkBlock *block)
{
    return block->cells - block->live > block->cells / 32;
}

#endif
