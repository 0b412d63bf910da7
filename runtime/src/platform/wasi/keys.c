/* WASI has no modes of a terminal, and a read waits as long as it takes. */
#include "platform/platform.h"

bool bk_os_key_mode_begin(void)
{
    return false;
}

void bk_os_key_mode_end(void)
{
}

bool bk_os_wait_for_input(int64_t milliseconds)
{
    (void)milliseconds;
    return true;
}
