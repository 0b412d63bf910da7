/* The heap verifier. A failed check ends the process. */
#ifndef BESKID_VERIFY_H
#define BESKID_VERIFY_H

#include "heap/blocks.h"

/* Checks the words of a cell that tell how to trace it. */
void bk_verify_header(const BkBlock *block, const uint8_t *cell);
/* Checks before a collection begins, when all is marked, and when all is swept. */
void bk_verify_cursors(void);
void bk_verify_marks(void);
void bk_verify_books(void);

#endif
