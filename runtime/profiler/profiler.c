/* Samples of where a program spends its time: a library of its own, which only the profiler opens.
 *
 * A thread interrupts that of the program while it computes, and the handler writes the call stack. It must not call
 * the runtime. A timer of the system would do for a thread that computes, but one that goes by the clock cuts waits of
 * C short, and one that goes by processor time is as coarse as the ticks of the system. */
#define _GNU_SOURCE
#include "stacks.h"

#include <errno.h>

#if defined(__linux__) && defined(__x86_64__)

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define NANOSECONDS 1000000000

static struct {
    int64_t period; /* nanoseconds */
    pthread_t sampler;
    pid_t thread;          /* of the program */
    clockid_t processor;   /* the clock of its processor time */
    _Atomic(int64_t) last; /* its processor time at the last sample */
    _Atomic(bool) is_ending;
    bool is_running;
} state;

static int64_t time_of(clockid_t clock)
{
    struct timespec now = {0};
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NANOSECONDS + now.tv_nsec;
}

static void take_sample(int number, siginfo_t *information, void *context)
{
    (void)number;
    (void)information;
    int error = errno;
    const greg_t *registers = ((const ucontext_t *)context)->uc_mcontext.gregs;
    int64_t now = time_of(CLOCK_THREAD_CPUTIME_ID);
    int64_t spent = now - atomic_exchange(&state.last, now);
    Frame frame = {(uint64_t)registers[REG_RIP], (uint64_t)registers[REG_RSP], (uint64_t)registers[REG_RBP]};
    profile_write_sample(frame, (uint64_t)spent);
    errno = error;
}

/* Whether the thread of the program computes, by what the system tells of it: `NUMBER (NAME) STATE …`. */
static bool is_computing(int description)
{
    char text[128];
    ssize_t count = pread(description, text, sizeof text - 1, 0);
    if (count <= 0) {
        return true;
    }
    text[count] = '\0';
    const char *end = strrchr(text, ')');
    return end == NULL || end[1] != ' ' || end[2] == 'R';
}

/* Interrupts the program's thread each time that it has computed for a period, and only while it does: a signal would
 * end a wait of C. */
static void *interrupt_program(void *unused)
{
    (void)unused;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)state.thread);
    int description = open(path, O_RDONLY | O_CLOEXEC);
    int64_t next = time_of(CLOCK_MONOTONIC);
    while (!atomic_load(&state.is_ending)) {
        next += state.period;
        int64_t now = time_of(CLOCK_MONOTONIC);
        if (next < now) {
            next = now;
        }
        struct timespec until = {next / NANOSECONDS, next % NANOSECONDS};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        if (time_of(state.processor) - atomic_load(&state.last) >= state.period / 2 && is_computing(description)) {
            syscall(SYS_tgkill, getpid(), state.thread, SIGPROF);
        }
    }
    if (description >= 0) {
        close(description);
    }
    return NULL;
}

/* Begins to interrupt this thread after every `period` nanoseconds of its processor time. Returns 0 or the error of the
 * system. */
VISIBLE int32_t beskid_profile_start(int64_t period)
{
    state.period = period;
    state.thread = (pid_t)syscall(SYS_gettid);
    struct sigaction action = {.sa_sigaction = take_sample, .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
    sigfillset(&action.sa_mask);
    int error = pthread_getcpuclockid(pthread_self(), &state.processor);
    if (error != 0 || sigaction(SIGPROF, &action, NULL) != 0) {
        return error != 0 ? error : errno;
    }
    atomic_store(&state.last, time_of(CLOCK_THREAD_CPUTIME_ID));
    /* Signals of the process are for the program's thread. */
    sigset_t former;
    pthread_sigmask(SIG_SETMASK, &action.sa_mask, &former);
    error = pthread_create(&state.sampler, NULL, interrupt_program, NULL);
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    state.is_running = error == 0;
    return error;
}

VISIBLE void beskid_profile_stop(void)
{
    if (state.is_running) {
        atomic_store(&state.is_ending, true);
        pthread_join(state.sampler, NULL);
        state.is_running = false;
    }
}

#else

VISIBLE int32_t beskid_profile_start(int64_t period)
{
    (void)period;
    return ENOTSUP;
}

VISIBLE void beskid_profile_stop(void)
{
}

#endif
