/* Deadlines on the monotonic clock, by which waits that are interrupted or done in parts still end in time. */
#include "platform/platform.h"

int64_t bk_deadline(int64_t milliseconds)
{
    int64_t now = bk_os_clock(true);
    bool is_limit = milliseconds >= 0 && milliseconds < (BK_NO_DEADLINE - now) / BK_MILLISECOND;
    return is_limit ? now + milliseconds * BK_MILLISECOND : BK_NO_DEADLINE;
}

int bk_left_until(int64_t deadline, int longest)
{
    int64_t left = deadline - bk_os_clock(true);
    if (left <= 0) {
        return 0;
    }
    int64_t milliseconds = (left - 1) / BK_MILLISECOND + 1;
    return milliseconds < longest ? (int)milliseconds : longest;
}
