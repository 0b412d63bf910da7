/* The thread that is inside generated code: at most one at a time. */
#ifndef BESKID_OWNER_H
#define BESKID_OWNER_H

#include "common.h"

/* Claims the runtime for the calling thread; false when another thread is inside. */
bool bk_owner_claim(void);
/* Ends the claim, unless the thread holds it by bk_owner_hold. */
void bk_owner_release(void);
/* Whether the calling thread is the one inside. Safe in a signal handler. */
bool bk_owner_is_this_thread(void);

typedef enum BkHold { BK_HELD, BK_HELD_BY_ANOTHER, BK_LOST_BY_FORK } BkHold;

/* Claims the runtime for the calling thread until as many calls of bk_owner_let_go. When another thread has it, waits
 * for its turn, first come, first served, or returns BK_HELD_BY_ANOTHER. The thread inside at a fork does not exist in
 * the child, where the runtime can then never be claimed. */
BkHold bk_owner_hold(bool waits);
void bk_owner_let_go(void);
/* For the child of a fork. */
void bk_owner_after_fork(void);

#endif
