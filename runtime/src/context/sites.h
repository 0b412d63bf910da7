/* The call sites of the programs that were entered: a shadow slot may hold the address of one. */
#ifndef BESKID_SITES_H
#define BESKID_SITES_H

#include "common.h"

/* Makes a program's call sites known to stack traces. */
void bk_sites_remember(const BeskidProgram *program);
/* Whether a word is the address of a call site of a known program. */
bool bk_is_site(uint64_t word);

#endif
