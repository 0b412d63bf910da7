/* The thread that is inside generated code. */
#include "context/owner.h"
#include "platform/platform.h"

#include <stdatomic.h>

static _Atomic(uintptr_t) owner; /* 0 for none */

bool bk_owner_claim(void)
{
    uintptr_t self = bk_os_thread();
    uintptr_t former = 0;
    return atomic_compare_exchange_strong(&owner, &former, self) || former == self;
}

void bk_owner_release(void)
{
    atomic_store(&owner, 0);
}

bool bk_owner_is_this_thread(void)
{
    return atomic_load_explicit(&owner, memory_order_relaxed) == bk_os_thread();
}
