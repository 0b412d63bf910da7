/* The thread that is inside generated code: at most one at a time. */
#ifndef BESKID_OWNER_H
#define BESKID_OWNER_H

#include "common.h"

/* Claims the runtime for the calling thread; false when another thread is inside. */
bool bk_owner_claim(void);
void bk_owner_release(void);
/* Whether the calling thread is the one inside. Safe in a signal handler. */
bool bk_owner_is_this_thread(void);

#endif
