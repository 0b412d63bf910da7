/* The heap's blocks and books as allocation, marking, sweeping and their policy see them.
 * Only heap.c, marking.c, sweeping.c, collector.c, statistics.c, roots.c, settings.c, context.c and verify.c include
 * it. */
#ifndef BESKID_HEAP_H
#define BESKID_HEAP_H

#include "internal.h"

#define BK_BLOCK_SHIFT 16
#define BK_BLOCK_MASK ((uint64_t)BESKID_HEAP_BLOCK_SIZE - 1)
#define BK_MARK_WORDS (BESKID_HEAP_BLOCK_SIZE / BESKID_SMALL_CELL_MINIMUM / 64)
#define BK_CARDS_IN_BLOCK (BESKID_HEAP_BLOCK_SIZE >> BESKID_CARD_SHIFT)
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
    uint8_t *states;       /* the blocks' states once more, dense, for searching */
    uint8_t *cards;        /* a byte for each 512 bytes: a reference was stored there since the last collection */
    uint64_t reserved;     /* blocks in the range */
    uint64_t committed;    /* blocks that may be touched */
    uint64_t high;         /* blocks ever used */
    uint64_t limit;        /* blocks the program may have */
    uint64_t search;       /* no free block lies below */
    uint64_t dirty_blocks; /* free and not given back to the system */
    uint64_t live_bytes;   /* in marked cells, at the last collection */
    uint64_t live_objects;
    uint64_t since_bytes; /* handed out since */
    uint64_t since_objects;
    uint64_t since_work;  /* marking steps that what was handed out may cost */
    uint64_t due;         /* of since_bytes, when the collector wants to be called */
    uint64_t percent;     /* of the live bytes may be handed out before the next full collection */
    uint64_t epoch;       /* number of the collection that was finished last */
    BkPhase phase;
    unsigned marked;      /* which of the two sets of marks tells what was alive at the last collection */
    uint32_t young;       /* blocks allocated into since the last collection */
    bool checked;         /* one of the next two */
    bool stress;
    bool verify;
    bool trace;
    bool disabled;        /* the program runs without roots */
    BkList available[BESKID_KIND_COUNT][BESKID_SIZE_CLASS_COUNT];
    uint32_t current[BESKID_KIND_COUNT][BESKID_SIZE_CLASS_COUNT]; /* the block the cursor is in */
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

/* ---- heap.c ---- */

/* Reserves the range; failure ends the process with a message. */
void bk_heap_initialize(void);
/* Makes a run of blocks free again. */
void bk_release_blocks(uint64_t first, uint64_t count);
/* Gives free blocks back to the system, at most `most` of them, until only `kept` hold memory; whether that is so. */
bool bk_return_surplus(uint64_t kept, uint64_t most);
/* Takes all runs back from the cursors. */
void bk_close_cursors(void);
/* Bytes, or cells, between the cursors and their limits: handed out and not yet used. */
uint64_t bk_unused(bool in_cells);

/* ---- marking.c ---- */

/* Starts marking everything anew, into the set of marks that is not in use. */
void bk_marking_begin(void);
/* Marks what roots refer to. */
void bk_marking_roots(void);
/* Traces grey cells until none is left or so many steps are done; the steps done. */
uint64_t bk_marking_run(uint64_t most);
bool bk_marking_is_done(void);
/* Cleans the cards of a block and traces the marked cells in them; the number of dirty ones. */
uint64_t bk_marking_cards(uint64_t number);
/* Makes the new marks the ones in use. */
void bk_marking_flip(void);
/* Gives back a large stack. */
void bk_marking_end(void);

/* ---- sweeping.c ---- */

/* After marks were flipped: from now on blocks are swept step by step. */
void bk_sweeping_begin(void);
/* Sweeps so many blocks and gives memory back; whether all is done. */
bool bk_sweeping_step(uint64_t blocks);
/* Sweeps what is left. */
void bk_sweeping_finish(void);
/* Sweeps until a block of this kind and class has room or a block is free; whether there may be one. */
bool bk_sweeping_find(unsigned kind, unsigned class);
/* After a minor collection: sweeps the blocks that were allocated into. */
void bk_sweeping_young(void);
/* Whether a small block's holes are worth allocating into. */
static inline bool bk_has_room(const BkBlock *block)
{
    return block->cells - block->live > block->cells / 32;
}

/* ---- collector.c ---- */

/* A complete full collection in one stop; the live bytes. */
uint64_t bk_collect(void);
/* Called when since_bytes has reached `due`, always in stress mode, and before a large cell of so many bytes. */
void bk_collector_step(uint64_t bytes);
/* Sets the pace for the first time. */
void bk_collector_initialize(void);
/* Blocks that the program may fill before the next full collection is over. */
uint64_t bk_collector_reserve(void);

/* ---- statistics.c ---- */

typedef enum BkPause { BK_MINOR, BK_FULL, BK_SLICE, BK_FINAL } BkPause;

/* Notes a pause that began at a time; the time now. */
int64_t bk_note_pause(BkPause pause, int64_t began);
/* Notes bytes that the program was given. */
void bk_note_allocated(uint64_t bytes);
/* Notes the end of a collection, which its last pause names, and prints its line of the trace. */
void bk_note_collection(BkPause pause, uint64_t before);

/* ---- roots.c, settings.c ---- */

/* Gives every word in registered slots and handles. */
void bk_roots_visit(void (*visit)(uint64_t word));
/* Fills in limit, percentage and checks from the environment. */
void bk_settings_read(void);

/* ---- verify.c ---- */

/* Checks what tells how to trace a cell. */
void bk_verify_header(const BkBlock *block, const uint8_t *cell);
/* Checks of a collection: before it begins, when all is marked, when all is swept. A failed one ends the process. */
void bk_verify_cursors(void);
void bk_verify_marks(void);
void bk_verify_books(void);

#endif
