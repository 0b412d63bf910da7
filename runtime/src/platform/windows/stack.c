/* Stacks on Windows: a fiber has a large one for generated code, whose guard and bounds the system keeps. */
#include "platform/windows/windows.h"

#define MIN_STACK_SIZE (UINT64_C(4) << 20)
#define COMMITTED_SIZE (UINT64_C(64) << 10)
/* Bytes that the handler of an overflow may use. */
#define KEPT_SIZE (UINT32_C(64) << 10)
/* The last pages of a stack, which cannot be its guard. */
#define END_SIZE (UINT64_C(128) << 10)

typedef struct Switch {
    void (*function)(void *);
    void *argument;
    void *caller;
} Switch;

void bk_windows_keep_stack(void)
{
    ULONG size = KEPT_SIZE;
    SetThreadStackGuarantee(&size);
}

bool bk_windows_is_stack_end(const uint8_t *address)
{
    ULONG_PTR low;
    ULONG_PTR high;
    GetCurrentThreadStackLimits(&low, &high);
    return (uintptr_t)address >= low && (uintptr_t)address < low + END_SIZE;
}

static void CALLBACK run_switched(void *argument)
{
    const Switch *call = argument;
    bk_windows_keep_stack();
    call->function(call->argument);
    SwitchToFiber(call->caller);
}

/* A system that counts address space may allow only a smaller stack. */
static void *make_fiber(uint64_t size, Switch *call)
{
    void *fiber = NULL;
    for (; fiber == NULL && size >= MIN_STACK_SIZE; size /= 2) {
        fiber = CreateFiberEx(COMMITTED_SIZE, size, FIBER_FLAG_FLOAT_SWITCH, run_switched, call);
    }
    return fiber;
}

bool bk_os_on_large_stack(void (*function)(void *), void *argument, uint64_t size)
{
    bool is_fiber = IsThreadAFiber();
    Switch call = {function, argument,
                   is_fiber ? GetCurrentFiber() : ConvertThreadToFiberEx(NULL, FIBER_FLAG_FLOAT_SWITCH)};
    void *fiber = call.caller == NULL ? NULL : make_fiber(size, &call);
    if (fiber != NULL) {
        SwitchToFiber(fiber);
        DeleteFiber(fiber);
    }
    if (!is_fiber && call.caller != NULL) {
        ConvertFiberToThread();
    }
    return fiber != NULL;
}

void bk_os_use_thread_stack(void)
{
    bk_windows_keep_stack();
}

uintptr_t bk_os_thread(void)
{
    return GetCurrentThreadId();
}
