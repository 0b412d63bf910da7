/* Stacks on Linux: a large one for generated code, its guard, and the switch to it in a few instructions.
 * AddressSanitizer tracks the stack in use, so it is told of every switch. */
#include "platform/linux/linux.h"

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

typedef struct Switch {
    void (*function)(void *);
    void *argument;
} Switch;

static uint8_t *stack_low;
static uint8_t *stack_top;
static const uint8_t *guard_low;
static const uint8_t *guard_high;

/* Calls function(argument) with the stack pointer at `stack`, which is 16-byte aligned. */
void bk_linux_call_on_stack(void (*function)(void *), void *argument, void *stack);

#if defined(__x86_64__)

__asm__(".text\n"
        ".globl bk_linux_call_on_stack\n"
        ".hidden bk_linux_call_on_stack\n"
        ".type bk_linux_call_on_stack, @function\n"
        "bk_linux_call_on_stack:\n"
        "    .cfi_startproc\n"
        "    pushq %rbp\n"
        "    .cfi_def_cfa_offset 16\n"
        "    .cfi_offset %rbp, -16\n"
        "    movq %rsp, %rbp\n"
        "    .cfi_def_cfa_register %rbp\n"
        "    movq %rdx, %rsp\n"
        "    movq %rdi, %rax\n"
        "    movq %rsi, %rdi\n"
        "    callq *%rax\n"
        "    movq %rbp, %rsp\n"
        "    popq %rbp\n"
        "    .cfi_def_cfa %rsp, 8\n"
        "    retq\n"
        "    .cfi_endproc\n"
        ".size bk_linux_call_on_stack, .-bk_linux_call_on_stack\n");

#elif defined(__aarch64__)

__asm__(".text\n"
        ".globl bk_linux_call_on_stack\n"
        ".hidden bk_linux_call_on_stack\n"
        ".type bk_linux_call_on_stack, @function\n"
        "bk_linux_call_on_stack:\n"
        "    .cfi_startproc\n"
        "    stp x29, x30, [sp, #-16]!\n"
        "    .cfi_def_cfa_offset 16\n"
        "    .cfi_offset x29, -16\n"
        "    .cfi_offset x30, -8\n"
        "    mov x29, sp\n"
        "    .cfi_def_cfa_register x29\n"
        "    mov x9, x0\n"
        "    mov x0, x1\n"
        "    mov sp, x2\n"
        "    blr x9\n"
        "    mov sp, x29\n"
        "    ldp x29, x30, [sp], #16\n"
        "    .cfi_def_cfa sp, 0\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size bk_linux_call_on_stack, .-bk_linux_call_on_stack\n");

#elif defined(__riscv) && __riscv_xlen == 64

__asm__(".text\n"
        ".globl bk_linux_call_on_stack\n"
        ".hidden bk_linux_call_on_stack\n"
        ".type bk_linux_call_on_stack, @function\n"
        "bk_linux_call_on_stack:\n"
        "    .cfi_startproc\n"
        "    addi sp, sp, -16\n"
        "    .cfi_def_cfa_offset 16\n"
        "    sd ra, 8(sp)\n"
        "    sd s0, 0(sp)\n"
        "    .cfi_offset ra, -8\n"
        "    .cfi_offset s0, -16\n"
        "    addi s0, sp, 16\n"
        "    .cfi_def_cfa s0, 0\n"
        "    mv t0, a0\n"
        "    mv a0, a1\n"
        "    mv sp, a2\n"
        "    jalr t0\n"
        "    addi sp, s0, -16\n"
        "    ld ra, 8(sp)\n"
        "    ld s0, 0(sp)\n"
        "    addi sp, sp, 16\n"
        "    .cfi_def_cfa sp, 0\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size bk_linux_call_on_stack, .-bk_linux_call_on_stack\n");

#else
#error "this processor has no stack switch: add one to runtime/src/platform/linux/stack.c"
#endif

/* A system that counts address space may allow only a smaller stack. */
static bool make_stack(uint64_t size)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK;
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
    announce_leave(stack_low, (size_t)(stack_top - stack_low));
    bk_linux_call_on_stack(run_switched, &call, stack_top);
    announce_arrival(NULL, NULL);
    return true;
}

void bk_os_use_thread_stack(void)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return;
    }
    if (pthread_attr_getstack(&attributes, &low, &size) == 0) {
        const uint8_t *end = low;
        guard_low = end - GUARD_SIZE;
        guard_high = end + THREAD_STACK_MARGIN;
    }
    pthread_attr_destroy(&attributes);
}

bool bk_linux_is_stack_guard(const uint8_t *address)
{
    return address >= guard_low && address < guard_high;
}

uintptr_t bk_os_thread(void)
{
    return (uintptr_t)pthread_self();
}
