/* Sweeping: the marks tell what is free, a few blocks at a time; dead cells are never touched.
 * Generated code does not call it. */
#include "heap/sweeping.h"
#include "heap/statistics.h"

#include <string.h>

/* Blocks swept before a run of blocks is taken, for each of the run and at most: enough to reuse what is free. */
#define SWEPT_FOR_A_BLOCK 8
#define MAX_SWEPT_FOR_A_RUN 4096
/* A sweep before a run is taken ends after so much processor time, looked at after so many blocks. */
#define MAX_SWEEP_NANOSECONDS 700000
#define BLOCKS_BETWEEN_CLOCKS 64
/* Blocks swept before a new one is opened although others may have room. */
#define MAX_SWEPT_FOR_ROOM 1024

/* The next block to sweep. Blocks from `swept_end` on were opened after the marks were flipped. */
static uint64_t swept;
static uint64_t swept_end;

static void poison_holes(const BkBlock *block, uint8_t *start)
{
    for (uint32_t index = 0; index < block->cells; index++) {
        if (!bk_block_is_marked(block, bk_heap.marked, index)) {
            uint8_t *cell = start + (uint64_t)index * block->cell_size;
            bk_allow(cell, block->cell_size);
            if (bk_heap.stress) {
                memset(cell, BK_POISON, block->cell_size);
            }
            bk_forbid(cell, block->cell_size);
        }
    }
}

static void prepend(BkList *list, uint32_t number)
{
    bk_heap.blocks[number].next = list->first;
    list->first = number;
    if (list->last == 0) {
        list->last = number;
    }
}

static void append(BkList *list, uint32_t number)
{
    if (list->first == 0) {
        prepend(list, number);
        return;
    }
    bk_heap.blocks[number].next = 0;
    bk_heap.blocks[list->last].next = number;
    list->last = number;
}

static void sweep_small(uint32_t number, BkBlock *block)
{
    uint32_t live = 0;
    for (uint32_t word = 0; word < (block->cells + 63) / 64; word++) {
        live += (uint32_t)__builtin_popcountll(block->marks[bk_heap.marked][word]);
    }
    block->live = live;
    if (live == 0) {
        bk_blocks_release(number, 1);
        return;
    }
    bk_heap.live_objects += live;
    bk_heap.live_bytes += (uint64_t)live * block->cell_size;
    block->scan = 0;
    block->dirty = true;
    if (bk_heap.stress || BK_FORBIDS_FREE_CELLS) {
        poison_holes(block, bk_block_start(number));
    }
    if (bk_block_has_room(block)) {
        BkList *list = &bk_heap.available[block->kind][block->class];
        if (bk_heap.phase == BK_SWEEPING) {
            append(list, number);
        } else {
            /* Cells that were used just now are still in the caches. */
            prepend(list, number);
        }
    }
}

static void sweep_large(uint64_t number, BkBlock *block)
{
    if (block->marks[bk_heap.marked][0] == 0) {
        bk_blocks_release(number, block->run);
        return;
    }
    block->live = 1;
    bk_heap.live_objects++;
    bk_heap.live_bytes += (uint64_t)block->run << BK_BLOCK_SHIFT;
}

/* The marks of the collection before are no longer in use; the next one finds them cleared. */
static void sweep_block(uint64_t number)
{
    BkBlock *block = &bk_heap.blocks[number];
    if (bk_heap.phase == BK_SWEEPING && (block->state == BK_SMALL || block->state == BK_LARGE)) {
        bk_block_clear_marks(block, 1 - bk_heap.marked);
    }
    if (block->state == BK_SMALL) {
        sweep_small((uint32_t)number, block);
    } else if (block->state == BK_LARGE) {
        sweep_large(number, block);
    }
}

void bk_sweeping_begin(void)
{
    memset(bk_heap.available, 0, sizeof bk_heap.available);
    bk_heap.live_bytes = 0;
    bk_heap.live_objects = 0;
    bk_heap.phase = BK_SWEEPING;
    /* From the bottom, so that the lists begin with the lowest blocks and the highest ones run empty. */
    swept = 1;
    swept_end = bk_heap.high;
}

static void sweep_some(uint64_t blocks)
{
    for (; blocks > 0 && swept < swept_end; blocks--, swept++) {
        /* The states of many blocks share a line of the cache. */
        bool is_cell = bk_heap.states[swept] == BK_SMALL || bk_heap.states[swept] == BK_LARGE;
        if (is_cell && bk_heap.blocks[swept].epoch != bk_heap.epoch) {
            sweep_block(swept);
        }
    }
}

/* Sweeps so many blocks, or fewer when that takes long. */
static void sweep_for_a_while(uint64_t blocks)
{
    BkTimes began = bk_statistics_now();
    for (; blocks > 0 && swept < swept_end && !bk_statistics_is_late(began, MAX_SWEEP_NANOSECONDS);
         blocks -= blocks < BLOCKS_BETWEEN_CLOCKS ? blocks : BLOCKS_BETWEEN_CLOCKS) {
        sweep_some(blocks < BLOCKS_BETWEEN_CLOCKS ? blocks : BLOCKS_BETWEEN_CLOCKS);
    }
    bk_statistics_pause(BK_SWEEP, began);
}

bool bk_sweeping_step(uint64_t blocks)
{
    sweep_some(blocks);
    return swept == swept_end;
}

void bk_sweeping_find_blocks(uint64_t count)
{
    if (bk_heap.phase == BK_SWEEPING && swept < swept_end) {
        sweep_for_a_while(count < MAX_SWEPT_FOR_A_RUN / SWEPT_FOR_A_BLOCK ? count * SWEPT_FOR_A_BLOCK
                                                                          : MAX_SWEPT_FOR_A_RUN);
    }
}

void bk_sweeping_finish(void)
{
    if (bk_heap.phase == BK_SWEEPING && swept < swept_end) {
        BkTimes began = bk_statistics_now();
        sweep_some(UINT64_MAX);
        bk_statistics_pause(BK_SWEEP, began);
    }
}

bool bk_sweeping_find(unsigned kind, unsigned class)
{
    if (bk_heap.phase != BK_SWEEPING || swept == swept_end) {
        return false;
    }
    BkTimes began = bk_statistics_now();
    uint64_t free_blocks = bk_heap.dirty_blocks;
    for (unsigned count = 0; count < MAX_SWEPT_FOR_ROOM && swept < swept_end &&
                             bk_heap.available[kind][class].first == 0 && bk_heap.dirty_blocks == free_blocks;
         count += 16) {
        sweep_some(16);
    }
    bk_statistics_pause(BK_SWEEP, began);
    return bk_heap.dirty_blocks != free_blocks;
}

void bk_sweeping_young(void)
{
    uint32_t number = bk_heap.young;
    while (number != 0) {
        BkBlock *block = &bk_heap.blocks[number];
        uint32_t next = block->young;
        bk_heap.live_objects -= block->live;
        bk_heap.live_bytes -= (uint64_t)block->live * (block->state == BK_SMALL ? block->cell_size : 0);
        sweep_block(number);
        number = next;
    }
}
