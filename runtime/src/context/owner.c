/* The thread that is inside generated code, and those that wait to be. */
#include "context/owner.h"
#include "platform/platform.h"

#include <stdatomic.h>

static _Atomic(uintptr_t) owner; /* 0 for none */
/* Threads in the queue; while there are any, a claim joins it. */
static _Atomic(uint32_t) waiting;
/* How often the owner holds the runtime. */
static uint32_t holds;
static bool lost_by_fork;

static bool take(void)
{
    uintptr_t former = 0;
    return atomic_compare_exchange_strong(&owner, &former, bk_os_thread());
}

bool bk_owner_claim(void)
{
    return bk_owner_is_this_thread() || take();
}

static void give_up(void)
{
    atomic_store(&owner, 0);
    if (BK_UNLIKELY(atomic_load(&waiting) != 0)) {
        bk_os_queue_wake();
    }
}

void bk_owner_release(void)
{
    if (holds == 0) {
        give_up();
    }
}

bool bk_owner_is_this_thread(void)
{
    return atomic_load_explicit(&owner, memory_order_relaxed) == bk_os_thread();
}

BkHold bk_owner_hold(bool waits)
{
    if (bk_owner_is_this_thread()) {
        holds++;
        return BK_HELD;
    }
    if (lost_by_fork) {
        return BK_LOST_BY_FORK;
    }
    if (BK_LIKELY(atomic_load(&waiting) == 0) && take()) {
        holds = 1;
        return BK_HELD;
    }
    if (!waits) {
        return BK_HELD_BY_ANOTHER;
    }
    atomic_fetch_add(&waiting, 1);
    bk_os_queue_wait(take);
    atomic_fetch_sub(&waiting, 1);
    holds = 1;
    return BK_HELD;
}

void bk_owner_let_go(void)
{
    if (--holds == 0) {
        give_up();
    }
}

void bk_owner_after_fork(void)
{
    atomic_store(&waiting, 0);
    lost_by_fork = atomic_load(&owner) != 0 && !bk_owner_is_this_thread();
}
