/* Marking: precise tracing from the roots, all at once or in steps. */
#ifndef BESKID_MARKING_H
#define BESKID_MARKING_H

#include "heap/blocks.h"

/* Sets what checks each cell before anything is read from it; null for nothing. */
void bk_marking_check_with(void (*check)(const BkBlock *block, const uint8_t *cell));
/* Starts marking everything anew, into the set of marks that is not in use and empty. */
void bk_marking_begin(void);
/* Starts marking what is young, into the marks in use. */
void bk_marking_begin_young(void);
/* Whether the marks in use are the ones that are written to. */
bool bk_marking_is_young(void);
/* Abandons a marking that is not finished. */
void bk_marking_abandon(void);
/* Marks what the roots refer to. Returns the steps done. */
uint64_t bk_marking_roots(void);
/* Traces grey cells until none is left or `max_steps` are done. Returns the steps done. */
uint64_t bk_marking_run(uint64_t max_steps);
bool bk_marking_is_done(void);
/* Forgets what was stored in some blocks. */
void bk_marking_clear_cards(uint64_t first, uint64_t count);
/* Cleans groups of cards from `*group` to `end`, and traces the marked cells in them, until `max_steps` are done; moves
 * `*group` on. Returns the steps done. */
uint64_t bk_marking_cards(uint64_t *group, uint64_t end, uint64_t max_steps);
/* Makes the new marks the ones in use. */
void bk_marking_flip(void);
/* Frees a part of a large stack that is empty. Returns whether it is small now. */
bool bk_marking_shrink(void);

#endif
