/* Allocation by the other areas of the runtime; generated code calls `alloc`. */
#ifndef BESKID_ALLOCATION_H
#define BESKID_ALLOCATION_H

#include "common.h"

/* A zeroed cell; panics when memory is exhausted. */
void *bk_allocate(unsigned kind, uint64_t size);

#endif
