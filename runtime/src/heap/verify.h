/* The heap verifier. A failed check ends the process. */
#ifndef BESKID_VERIFY_H
#define BESKID_VERIFY_H

#include "heap/blocks.h"

/* Checks the words of a cell that tell how to trace it. */
BK_COLD void bk_verify_header(const BkBlock *block, const uint8_t *cell);
/* Checks before a collection begins, when all is marked, and when all is swept. */
BK_COLD void bk_verify_cursors(void);
BK_COLD void bk_verify_marks(void);
BK_COLD void bk_verify_books(void);

#endif
