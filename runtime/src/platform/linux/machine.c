/* What signals and threads of Linux tell of the processor and the stack. */
#include "platform/posix/posix.h"

#include <pthread.h>
#include <ucontext.h>

const void *bk_posix_program_counter(const void *context)
{
    const ucontext_t *user = context;
#if defined(__x86_64__)
    return (const void *)user->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (const void *)user->uc_mcontext.pc;
#elif defined(__riscv) && __riscv_xlen == 64
    return (const void *)user->uc_mcontext.__gregs[0];
#else
#error "this processor's program counter is unknown: add it to runtime/src/platform/linux/machine.c"
#endif
}

bool bk_posix_was_sent(const siginfo_t *info)
{
    return info->si_code <= 0;
}

const uint8_t *bk_posix_thread_stack(void)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return NULL;
    }
    if (pthread_attr_getstack(&attributes, &low, &size) != 0) {
        low = NULL;
    }
    pthread_attr_destroy(&attributes);
    return low;
}
