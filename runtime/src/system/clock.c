/* Clocks and sleep.
 * The core library calls it (source builtins). */
#include "panic/output.h"
#include "platform/platform.h"

int64_t clock_realtime_nanos(void)
{
    return bk_os_clock(false);
}

int64_t clock_monotonic_nanos(void)
{
    return bk_os_clock(true);
}

void sleep_millis(int64_t duration)
{
    bk_output_flush();
    if (duration > 0) {
        bk_os_sleep(duration);
    }
}
