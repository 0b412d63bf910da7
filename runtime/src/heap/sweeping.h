/* Sweeping: counting what is marked and freeing blocks without marks. */
#ifndef BESKID_SWEEPING_H
#define BESKID_SWEEPING_H

#include "heap/blocks.h"

/* After marks were flipped: from now on blocks are swept step by step. */
void bk_sweeping_begin(void);
/* Sweeps `blocks` blocks. Returns whether all are swept. */
bool bk_sweeping_step(uint64_t blocks);
/* Sweeps some blocks before so many adjacent ones are taken. */
void bk_sweeping_find_blocks(uint64_t count);
/* Sweeps what is left. */
void bk_sweeping_finish(void);
/* Sweeps until a block of this kind and class has room or a block is free. Returns whether there may be one. */
bool bk_sweeping_find(unsigned kind, unsigned class);
/* After a minor collection: sweeps the blocks that were allocated into. */
void bk_sweeping_young(void);

#endif
