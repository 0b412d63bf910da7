/* Stacks of POSIX systems: a large one for generated code, and its guard.
 * AddressSanitizer tracks the stack in use, so it is told of every switch. */
#include "platform/posix/posix.h"

#include <pthread.h>
#include <sys/mman.h>

#define GUARD_SIZE (UINT64_C(1) << 20)
#define MIN_STACK_SIZE (UINT64_C(4) << 20)
/* Bytes of a thread's own stack above its end that count as its guard: the kernel's gap lies below, and frames probe
 * a page at a time. */
#define THREAD_STACK_MARGIN 65536

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
/* The sanitizer reports a jump over more than 64 MiB of stack as an error. */
#define MAX_STACK_SIZE (UINT64_C(60) << 20)
#define announce_leave(low, size) __sanitizer_start_switch_fiber(NULL, (low), (size))
#define announce_arrival(low, size) __sanitizer_finish_switch_fiber(NULL, (low), (size))
#else
#define MAX_STACK_SIZE UINT64_MAX
#define announce_leave(low, size) ((void)(low), (void)(size))
#define announce_arrival(low, size) ((void)(low), (void)(size))
#endif

/* Some systems have a flag for mappings that are stacks. */
#if defined(MAP_STACK)
#define STACK_FLAG MAP_STACK
#else
#define STACK_FLAG 0
#endif

typedef struct Switch {
    void (*function)(void *);
    void *argument;
} Switch;

static uint8_t *stack_low;
static uint8_t *stack_top;
static const uint8_t *guard_low;
static const uint8_t *guard_high;

/* Where each of the two stacks goes on when the other one calls back into it; null while nothing is below. */
static void *large_point;
static void *host_point;
static bool on_large_stack;
static const void *host_low;
static size_t host_size;

/* A system that counts address space may allow only a smaller stack. */
static bool make_stack(uint64_t size)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | STACK_FLAG;
    size = size < MAX_STACK_SIZE ? size : MAX_STACK_SIZE;
    uint8_t *stack = MAP_FAILED;
    while (stack == MAP_FAILED && size >= MIN_STACK_SIZE) {
        stack = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
        size = stack == MAP_FAILED ? size / 2 : size;
    }
    if (stack == MAP_FAILED) {
        return false;
    }
    if (mprotect(stack, GUARD_SIZE, PROT_NONE) != 0) {
        munmap(stack, size);
        return false;
    }
    stack_low = stack;
    stack_top = stack + size;
    return true;
}

static void run_switched(void *argument)
{
    const Switch *call = argument;
    const void *former_low = NULL;
    size_t former_size = 0;
    announce_arrival(&former_low, &former_size);
    host_low = former_low;
    host_size = former_size;
    call->function(call->argument);
    announce_leave(former_low, former_size);
}

bool bk_os_on_large_stack(void (*function)(void *), void *argument, uint64_t size)
{
    if (stack_low == NULL && !make_stack(size)) {
        return false;
    }
    guard_low = stack_low;
    guard_high = stack_low + GUARD_SIZE;
    Switch call = {function, argument};
    void *former = host_point;
    announce_leave(stack_low, (size_t)(stack_top - stack_low));
    on_large_stack = true;
    bk_posix_call_on_stack(run_switched, &call, large_point == NULL ? stack_top : large_point, &host_point);
    on_large_stack = false;
    announce_arrival(NULL, NULL);
    host_point = former;
    return true;
}

bool bk_os_is_on_large_stack(void)
{
    return on_large_stack;
}

static void run_back(void *argument)
{
    const Switch *call = argument;
    announce_arrival(NULL, NULL);
    call->function(call->argument);
    announce_leave(stack_low, (size_t)(stack_top - stack_low));
}

void bk_os_on_host_stack(void (*function)(void *), void *argument)
{
    if (!on_large_stack) {
        function(argument);
        return;
    }
    Switch call = {function, argument};
    void *former = large_point;
    announce_leave(host_low, host_size);
    on_large_stack = false;
    bk_posix_call_on_stack(run_back, &call, host_point, &large_point);
    on_large_stack = true;
    announce_arrival(NULL, NULL);
    large_point = former;
}

void bk_os_use_thread_stack(void)
{
    const uint8_t *end = bk_posix_thread_stack();
    if (end != NULL) {
        guard_low = end - GUARD_SIZE;
        guard_high = end + THREAD_STACK_MARGIN;
    }
}

bool bk_posix_is_stack_guard(const uint8_t *address)
{
    return address >= guard_low && address < guard_high;
}

uintptr_t bk_os_thread(void)
{
    return (uintptr_t)pthread_self();
}
