/* The heap's blocks as allocator and collector see them.
 * Only heap.c, collector.c and roots.c include it. */
#ifndef BESKID_HEAP_H
#define BESKID_HEAP_H

#include "internal.h"

#define BK_BLOCK_SHIFT 16
#define BK_BLOCK_MASK ((uint64_t)BESKID_HEAP_BLOCK_SIZE - 1)
#define BK_MARK_WORDS (BESKID_HEAP_BLOCK_SIZE / BESKID_SMALL_CELL_MINIMUM / 64)
#define BK_PERCENT_OFF 0 /* collect only at the limit */
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

/* What is known about a block. It lies beside the heap: at the blocks' starts all of them would share cache sets. */
typedef struct BkBlock {
    uint8_t state;
    uint8_t kind;
    uint8_t class;
    bool dirty;          /* free cells may hold old bytes */
    uint32_t cell_size;  /* small blocks */
    uint32_t reciprocal; /* rounded-up 2^32 / cell_size: offset * reciprocal >> 32 is the cell's index */
    uint32_t cells;
    uint32_t scan;     /* where the search for a hole goes on */
    uint32_t next;     /* next block with holes of the same kind and class, 0 for none */
    uint32_t head;     /* of a large tail: the block it belongs to */
    uint32_t run;      /* of a large head: number of blocks */
    uint64_t marks[BK_MARK_WORDS];
} BkBlock;

typedef struct BkHeap {
    uint8_t *base;       /* null before initialisation */
    BkBlock *blocks;     /* block 0 is never used, so 0 means none */
    uint8_t *states;     /* the blocks' states once more, dense, for searching */
    uint64_t reserved;   /* blocks in the range */
    uint64_t committed;  /* blocks that may be touched */
    uint64_t high;       /* blocks ever used */
    uint64_t limit;      /* blocks the program may have */
    uint64_t search;     /* no free block lies below */
    uint64_t dirty_blocks; /* free and not given back to the system */
    uint64_t live_bytes;   /* at the last collection */
    uint64_t live_objects;
    uint64_t since_bytes; /* handed out since */
    uint64_t since_objects;
    uint64_t threshold; /* of since_bytes, when the next collection is due */
    int64_t phase;
    uint64_t percent;   /* of the live bytes may be handed out before the next collection */
    bool checked; /* one of the next two */
    bool stress;
    bool verify;
    bool trace;
    bool disabled; /* the program runs without roots */
    uint32_t available[BESKID_KIND_COUNT][BESKID_SIZE_CLASS_COUNT]; /* blocks with holes */
    uint32_t current[BESKID_KIND_COUNT][BESKID_SIZE_CLASS_COUNT];   /* the block the cursor is in */
} BkHeap;

/* Free memory is forbidden to a runtime built by AddressSanitizer, so that it reports the first touch of a dead cell. */
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

/* Reserves the range; failure ends the process with a message. */
void bk_heap_initialize(void);
/* A full collection; the live bytes. */
uint64_t bk_collect(void);
/* Gives every word in registered slots and handles. */
void bk_roots_visit(void (*visit)(uint64_t word));
/* Fills in limit, percentage and checks from the environment. */
void bk_settings_read(void);
/* Bytes to hand out from now on until the next collection. */
uint64_t bk_threshold(void);
/* Checks what tells how to trace a cell. */
void bk_verify_header(const BkBlock *block, const uint8_t *cell);
/* Checks of a collection: before it begins, when all is marked, when all is swept. A failed one ends the process. */
void bk_verify_cursors(void);
void bk_verify_marks(void);
void bk_verify_books(void);
/* Makes a run of blocks free again. */
void bk_release_blocks(uint64_t first, uint64_t count);
/* Gives free blocks back to the system until only `kept` of them hold memory. */
void bk_return_surplus(uint64_t kept);

#endif
