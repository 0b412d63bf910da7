/* What entry, panic and fault handling know of the context beyond internal.h. */
#ifndef BESKID_CONTEXT_H
#define BESKID_CONTEXT_H

#include "internal.h"

/* Makes a program's call sites known to traces. */
void bk_program_remember(const BeskidProgram *program);
/* Whether an address lies in the guard at the upper end of the shadow region. */
bool bk_address_in_shadow_guard(const uint8_t *address);

#endif
