/* Signals while generated code runs: guard pages mean a stack overflow, an interrupt ends the program.
 * Only entry.c calls it; generated code carries stack probes so that no frame steps over a guard (beskid.codegen). */
#include "context/context.h"

#include <dlfcn.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define ALTERNATE_STACK_SIZE 65536

static uint8_t *alternate_stack;
static stack_t former_stack;
static bool stack_replaced;
static struct sigaction former_segment, former_bus, former_interrupt;
static bool interrupt_replaced;
static const uint8_t *guard_low, *guard_high;

void bk_faults_set_stack_guard(const uint8_t *low, const uint8_t *high)
{
    guard_low = low;
    guard_high = high;
}

static void *program_counter(const void *context)
{
    const ucontext_t *user = context;
#if defined(__linux__) && defined(__x86_64__)
    return (void *)user->uc_mcontext.gregs[REG_RIP];
#elif defined(__linux__) && defined(__aarch64__)
    return (void *)user->uc_mcontext.pc;
#else
    (void)user;
    return NULL;
#endif
}

/* Code made in memory belongs to no loaded file; a fault elsewhere may have left a lock or the heap half done. */
static bool is_generated_code(void *address)
{
    Dl_info info;
    return address != NULL && dladdr(address, &info) == 0;
}

static bool is_guard(const uint8_t *address)
{
    return (address >= guard_low && address < guard_high) || bk_address_in_shadow_guard(address);
}

/* Code stores the top only before runtime calls, so at a fault it is stale: what lies beyond it, up to the first
 * word that is not in use, cannot be told. For the guard of the region the whole region is in use. */
static void **top_at_fault(const uint8_t *address)
{
    if (!bk_address_in_shadow_guard(address)) {
        return bk_context->top;
    }
    uintptr_t base = (uintptr_t)bk_context;
    return (void **)(base + (uintptr_t)(BESKID_SHADOW_REGION_SIZE - BESKID_SHADOW_GUARD_SIZE));
}

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    const uint8_t *address = info->si_addr;
    if (!bk_thread_is_inside() || !is_guard(address)) {
        /* The instruction faults again under the handler that was there before. */
        sigaction(signal_number, signal_number == SIGSEGV ? &former_segment : &former_bus, NULL);
        return;
    }
    const BkEntry *entry = bk_current_entry();
    if (entry == NULL || !entry->recoverable || !is_generated_code(program_counter(context))) {
        bk_panic_fatal("stack overflow");
    }
    bk_panic_from_fault("stack overflow", top_at_fault(address));
}

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    bk_output_flush();
    _exit(BESKID_STATUS_INTERRUPTED);
}

static void use_alternate_stack(void)
{
    if (alternate_stack == NULL) {
        void *memory =
            mmap(NULL, ALTERNATE_STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            bk_panic_fatal("out of memory");
        }
        alternate_stack = memory;
    }
    stack_t ours;
    memset(&ours, 0, sizeof ours);
    ours.ss_sp = alternate_stack;
    ours.ss_size = ALTERNATE_STACK_SIZE;
    stack_replaced = sigaltstack(&ours, &former_stack) == 0;
}

void bk_faults_install(bool interruptible)
{
    use_alternate_stack();
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &action, &former_segment);
    sigaction(SIGBUS, &action, &former_bus);
    interrupt_replaced = false;
    if (interruptible && sigaction(SIGINT, NULL, &former_interrupt) == 0 && former_interrupt.sa_handler != SIG_IGN) {
        memset(&action, 0, sizeof action);
        sigemptyset(&action.sa_mask);
        action.sa_handler = on_interrupt;
        action.sa_flags = SA_ONSTACK;
        interrupt_replaced = sigaction(SIGINT, &action, NULL) == 0;
    }
}

void bk_faults_restore(void)
{
    sigaction(SIGSEGV, &former_segment, NULL);
    sigaction(SIGBUS, &former_bus, NULL);
    if (interrupt_replaced) {
        sigaction(SIGINT, &former_interrupt, NULL);
    }
    if (stack_replaced) {
        sigaltstack(&former_stack, NULL);
    }
}
