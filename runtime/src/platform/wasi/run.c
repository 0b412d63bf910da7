/* WASI has no processes. */
#include "platform/platform.h"

#include <errno.h>

int bk_os_run(BkRun *run)
{
    (void)run;
    return ENOSYS;
}
