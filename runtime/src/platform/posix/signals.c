/* Signals of POSIX systems: faults, interrupts, and failed writes, which are signals by default. */
#include "platform/posix/posix.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#define ALTERNATE_STACK_SIZE 65536

static const BkFaultHandlers *current;
static uint8_t *alternate_stack;
static stack_t former_stack;
static bool stack_replaced;
static struct sigaction former_segment, former_bus, former_interrupt, former_pipe, former_size;
static bool interrupt_replaced;
static bool pipe_replaced;
static bool size_replaced;
/* The handlers of faults stay for the rest of the process. */
static bool attached;
static volatile sig_atomic_t handled_signal;
/* Eight bytes of the static thread storage that a loader keeps free, also for a library that a host loads late. */
static _Thread_local __attribute__((tls_model("initial-exec"))) void *own_alternate_stack;

bool bk_os_is_program_code(const void *program_counter, const void *known)
{
    Dl_info info, other;
    if (dladdr((void *)(uintptr_t)program_counter, &info) == 0) {
        return true;
    }
    return known != NULL && dladdr((void *)(uintptr_t)known, &other) != 0 && info.dli_fbase == other.dli_fbase;
}

/* The default action ends the process: a failed instruction fails again after the return, a signal that was sent is
 * sent again. */
static void take_default(int signal_number, const siginfo_t *info)
{
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    sigemptyset(&standard.sa_mask);
    standard.sa_handler = SIG_DFL;
    sigaction(signal_number, &standard, NULL);
    if (bk_posix_was_sent(info)) {
        raise(signal_number);
    }
}

/* Calls the handler that was there before, with the signal mask that it asked for. Ours stays installed. */
static void chain(int signal_number, siginfo_t *info, void *context)
{
    struct sigaction *former = signal_number == SIGSEGV ? &former_segment : &former_bus;
    bool sent = bk_posix_was_sent(info);
    bk_posix_leave_terminal();
    if ((former->sa_flags & SA_SIGINFO) == 0 && former->sa_handler == SIG_IGN && sent) {
        return;
    }
    if ((former->sa_flags & SA_SIGINFO) == 0 && (former->sa_handler == SIG_DFL || former->sa_handler == SIG_IGN)) {
        take_default(signal_number, info);
        return;
    }
    struct sigaction handler = *former;
    if ((handler.sa_flags & (int)SA_RESETHAND) != 0) {
        former->sa_flags &= ~SA_SIGINFO;
        former->sa_handler = SIG_DFL;
    }
    sigset_t blocked;
    sigset_t ours;
    pthread_sigmask(SIG_BLOCK, &handler.sa_mask, &ours);
    if ((handler.sa_flags & SA_NODEFER) != 0 && sigismember(&handler.sa_mask, signal_number) == 0) {
        sigemptyset(&blocked);
        sigaddset(&blocked, signal_number);
        pthread_sigmask(SIG_UNBLOCK, &blocked, NULL);
    }
    if ((handler.sa_flags & SA_SIGINFO) != 0) {
        handler.sa_sigaction(signal_number, info, context);
    } else {
        handler.sa_handler(signal_number);
    }
    pthread_sigmask(SIG_SETMASK, &ours, NULL);
}

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    const uint8_t *address = info->si_addr;
    if (!bk_posix_was_sent(info)) {
        handled_signal = signal_number;
        current->fault(address, bk_posix_is_stack_guard(address), bk_posix_program_counter(context));
    }
    chain(signal_number, info, context);
}

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    current->interrupt();
}

void bk_os_faults_unblock(void)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, handled_signal);
    pthread_sigmask(SIG_UNBLOCK, &blocked, NULL);
}

static void *make_alternate_stack(void)
{
    void *memory = mmap(NULL, ALTERNATE_STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static bool switch_alternate_stack(void *memory, stack_t *former)
{
    stack_t ours;
    memset(&ours, 0, sizeof ours);
    ours.ss_sp = memory;
    ours.ss_size = ALTERNATE_STACK_SIZE;
    return sigaltstack(&ours, former) == 0;
}

static bool use_alternate_stack(void)
{
    if (own_alternate_stack != NULL) {
        stack_replaced = false;
        return true;
    }
    if (alternate_stack == NULL) {
        alternate_stack = make_alternate_stack();
    }
    if (alternate_stack == NULL) {
        return false;
    }
    stack_replaced = switch_alternate_stack(alternate_stack, &former_stack);
    return true;
}

bool bk_os_thread_attach(void)
{
    if (own_alternate_stack != NULL) {
        return true;
    }
    void *memory = make_alternate_stack();
    if (memory == NULL) {
        return false;
    }
    if (!switch_alternate_stack(memory, NULL)) {
        munmap(memory, ALTERNATE_STACK_SIZE);
        return false;
    }
    own_alternate_stack = memory;
    return true;
}

/* Some other code may have switched to a stack of its own since. */
void bk_os_thread_detach(void)
{
    stack_t current_stack;
    if (own_alternate_stack == NULL) {
        return;
    }
    if (sigaltstack(NULL, &current_stack) == 0 && current_stack.ss_sp == own_alternate_stack) {
        memset(&current_stack, 0, sizeof current_stack);
        current_stack.ss_flags = SS_DISABLE;
        sigaltstack(&current_stack, NULL);
    }
    munmap(own_alternate_stack, ALTERNATE_STACK_SIZE);
    own_alternate_stack = NULL;
}

/* Replaces the action of a signal unless it is set to something other than the default; whether it was replaced. */
static bool ignore_if_default(int signal_number, struct sigaction *former)
{
    struct sigaction ignore;
    memset(&ignore, 0, sizeof ignore);
    sigemptyset(&ignore.sa_mask);
    ignore.sa_handler = SIG_IGN;
    if (sigaction(signal_number, NULL, former) != 0 || (former->sa_flags & SA_SIGINFO) != 0 ||
        former->sa_handler != SIG_DFL) {
        return false;
    }
    return sigaction(signal_number, &ignore, NULL) == 0;
}

static void install_in_front(int signal_number, struct sigaction *former)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    struct sigaction before;
    if (sigaction(signal_number, NULL, &before) == 0 &&
        ((before.sa_flags & SA_SIGINFO) == 0 || before.sa_sigaction != on_fault)) {
        *former = before;
        sigaction(signal_number, &action, NULL);
    }
}

void bk_os_faults_attach(const BkFaultHandlers *handlers)
{
    current = handlers;
    attached = true;
    install_in_front(SIGSEGV, &former_segment);
    install_in_front(SIGBUS, &former_bus);
}

bool bk_os_faults_install(const BkFaultHandlers *handlers, bool interruptible)
{
    if (!use_alternate_stack()) {
        return false;
    }
    current = handlers;
    if (!attached) {
        install_in_front(SIGSEGV, &former_segment);
        install_in_front(SIGBUS, &former_bus);
    }
    pipe_replaced = ignore_if_default(SIGPIPE, &former_pipe);
    size_replaced = ignore_if_default(SIGXFSZ, &former_size);
    interrupt_replaced = false;
    if (interruptible && sigaction(SIGINT, NULL, &former_interrupt) == 0 && former_interrupt.sa_handler != SIG_IGN) {
        struct sigaction action;
        memset(&action, 0, sizeof action);
        sigemptyset(&action.sa_mask);
        action.sa_handler = on_interrupt;
        action.sa_flags = SA_ONSTACK;
        interrupt_replaced = sigaction(SIGINT, &action, NULL) == 0;
    }
    return true;
}

void bk_os_faults_restore(void)
{
    bk_posix_leave_terminal();
    if (!attached) {
        sigaction(SIGSEGV, &former_segment, NULL);
        sigaction(SIGBUS, &former_bus, NULL);
    }
    if (pipe_replaced) {
        sigaction(SIGPIPE, &former_pipe, NULL);
    }
    if (size_replaced) {
        sigaction(SIGXFSZ, &former_size, NULL);
    }
    if (interrupt_replaced) {
        sigaction(SIGINT, &former_interrupt, NULL);
    }
    if (stack_replaced) {
        sigaltstack(&former_stack, NULL);
    }
}
