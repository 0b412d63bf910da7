/* Roots outside the shadow stack. */
#ifndef BESKID_ROOTS_H
#define BESKID_ROOTS_H

#include "common.h"

/* Passes every word in registered slots and handles to `visit`. */
void bk_roots_visit(void (*visit)(uint64_t word));

#endif
