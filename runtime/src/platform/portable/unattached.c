/* For systems where no host can attach and there are no forks. beskid_attach says so to its caller. */
#include "platform/platform.h"

bool bk_os_at_fork(void (*child)(void))
{
    (void)child;
    return true;
}

void bk_os_faults_attach(const BkFaultHandlers *handlers)
{
    (void)handlers;
}

bool bk_os_thread_attach(void)
{
    return false;
}

void bk_os_thread_detach(void)
{
}

void bk_os_faults_unblock(void)
{
}

bool bk_os_is_on_large_stack(void)
{
    return false;
}

void bk_os_on_host_stack(void (*function)(void *), void *argument)
{
    function(argument);
}
