/* Hosts that stay attached, on Windows: threads wait for their turn, but none can attach, since a fiber that is left in
 * the middle cannot be entered again. beskid_attach says so to its caller. */
#include "platform/windows/windows.h"

static SRWLOCK lock = SRWLOCK_INIT;
static CONDITION_VARIABLE changed = CONDITION_VARIABLE_INIT;
static uint64_t next_ticket;
static uint64_t served;

void bk_os_queue_wait(bool (*take)(void))
{
    AcquireSRWLockExclusive(&lock);
    uint64_t ticket = next_ticket++;
    while (ticket != served || !take()) {
        SleepConditionVariableSRW(&changed, &lock, INFINITE, 0);
    }
    served++;
    WakeAllConditionVariable(&changed);
    ReleaseSRWLockExclusive(&lock);
}

void bk_os_queue_wake(void)
{
    AcquireSRWLockExclusive(&lock);
    WakeAllConditionVariable(&changed);
    ReleaseSRWLockExclusive(&lock);
}

/* There are no forks. */
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
