/* WebAssembly always rounds to the nearest number. */
#include "platform/platform.h"

BkRounding bk_os_round_to_nearest(void)
{
    return (BkRounding){0, 0};
}

void bk_os_restore_rounding(BkRounding before)
{
    (void)before;
}
