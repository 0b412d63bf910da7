/* Marking: precise tracing from the roots, all at once or in steps. */
#ifndef BESKID_MARKING_H
#define BESKID_MARKING_H

#include "heap/blocks.h"

/* Sets what checks each cell before anything is read from it; null for nothing. */
void bk_marking_check_with(void (*check)(const BkBlock *block, const uint8_t *cell));
/* Starts marking everything anew, into the set of marks that is not in use. */
void bk_marking_begin(void);
/* Marks what the roots refer to. */
void bk_marking_roots(void);
/* Traces grey cells until none is left or `max_steps` are done. Returns the steps done. */
uint64_t bk_marking_run(uint64_t max_steps);
bool bk_marking_is_done(void);
/* Cleans the cards of a block and traces the marked cells in them. Returns the number of dirty ones. */
uint64_t bk_marking_cards(uint64_t number);
/* Makes the new marks the ones in use. */
void bk_marking_flip(void);
/* Frees a large stack. */
void bk_marking_end(void);

#endif
