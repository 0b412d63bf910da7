/* Memory of malloc that a runtime function holds while it makes a value of the heap. Making the value may panic, and a
 * panic jumps over the function, so the panic frees what is kept here. */
#ifndef BESKID_SCRATCH_H
#define BESKID_SCRATCH_H

#include "common.h"

/* Keeps memory, which may be null, and returns it. */
void *bk_scratch_keep(void *memory);
/* Replaces the kept address `former` by what realloc returned for it. */
void *bk_scratch_replace(const void *former, void *memory);
/* Frees kept memory; null is allowed. */
void bk_scratch_free(void *memory);
/* Frees everything kept. No runtime function holds memory across a call of generated code. */
void bk_scratch_free_all(void);

#endif
