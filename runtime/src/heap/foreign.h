/* Arrays whose elements lie in memory of the host, which learns when an array is dead. */
#ifndef BESKID_FOREIGN_H
#define BESKID_FOREIGN_H

#include "common.h"

/* Remembers the cell of an array with the token of its host. Returns false without memory. */
bool bk_foreign_remember(const void *cell, int64_t token);
/* Called at the end of marking: the tokens of cells that are not marked wait for beskid_foreign_released. */
void bk_foreign_after_marking(void);

#endif
