/* Runs a function on another stack, by a few instructions for each processor.
 * Only entry.c calls it. */
#include "platform/stack_switch.h"

#if BK_HAS_STACK_SWITCH && defined(__x86_64__)

__asm__(".text\n"
        ".globl bk_call_on_stack\n"
        ".hidden bk_call_on_stack\n"
        ".type bk_call_on_stack, @function\n"
        "bk_call_on_stack:\n"
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
        ".size bk_call_on_stack, .-bk_call_on_stack\n");

#elif BK_HAS_STACK_SWITCH && defined(__aarch64__)

__asm__(".text\n"
        ".globl bk_call_on_stack\n"
        ".hidden bk_call_on_stack\n"
        ".type bk_call_on_stack, @function\n"
        "bk_call_on_stack:\n"
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
        ".size bk_call_on_stack, .-bk_call_on_stack\n");

#else

void bk_call_on_stack(void (*function)(void *), void *argument, void *stack)
{
    (void)stack;
    function(argument);
}

#endif

#if BK_HAS_STACK_SWITCH
/* A translation unit of assembly alone would not say that the stack need not be executable. */
typedef int bk_stack_switch_is_assembly;
#endif
