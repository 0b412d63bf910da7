/* What signals and threads of macOS tell of the processor and the stack. */
#include "platform/posix/posix.h"

#include <pthread.h>
#include <sys/ucontext.h>

const void *bk_posix_program_counter(const void *context)
{
    const ucontext_t *user = context;
#if defined(__x86_64__)
    return (const void *)user->uc_mcontext->__ss.__rip;
#elif defined(__aarch64__)
    return (const void *)user->uc_mcontext->__ss.__pc;
#else
#error "this processor's program counter is unknown: add it to runtime/src/platform/macos/machine.c"
#endif
}

/* The codes of signals that processes send are the highest. */
bool bk_posix_was_sent(const siginfo_t *info)
{
    return info->si_code <= 0 || info->si_code >= SI_USER;
}

const uint8_t *bk_posix_thread_stack(void)
{
    pthread_t self = pthread_self();
    const uint8_t *top = pthread_get_stackaddr_np(self);
    return top - pthread_get_stacksize_np(self);
}
