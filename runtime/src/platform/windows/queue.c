/* The queue of threads that wait for their turn. None can attach: a fiber that is left in the middle cannot be entered
 * again. */
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
