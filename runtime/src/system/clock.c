/* Time: clocks and waiting.
 * The core library calls it (source builtins). */
#include "internal.h"

#include <errno.h>
#include <time.h>

static int64_t nanoseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_realtime_nanos(void)
{
    return nanoseconds(CLOCK_REALTIME);
}

int64_t clock_monotonic_nanos(void)
{
    return nanoseconds(CLOCK_MONOTONIC);
}

void sleep_millis(int64_t duration)
{
    bk_output_flush();
    if (duration <= 0) {
        return;
    }
    struct timespec rest = {duration / 1000, duration % 1000 * 1000000};
    while (nanosleep(&rest, &rest) != 0 && errno == EINTR) {
    }
}
