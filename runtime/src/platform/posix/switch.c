/* The switch to another stack. */
#include "platform/posix/posix.h"

/* How assemblers of the two object formats write a function that other files of the runtime call. */
#if defined(__APPLE__)
#define NAME "_bk_posix_call_on_stack"
#define HIDE ".private_extern " NAME "\n"
#define SIZE ""
#else
#define NAME "bk_posix_call_on_stack"
#define HIDE ".hidden " NAME "\n.type " NAME ", @function\n"
#define SIZE ".size " NAME ", .-" NAME "\n"
#endif

#if defined(__x86_64__)

__asm__(".text\n"
        ".p2align 2\n"
        ".globl " NAME "\n" HIDE NAME ":\n"
        "    .cfi_startproc\n"
        "    pushq %rbp\n"
        "    .cfi_def_cfa_offset 16\n"
        "    .cfi_offset %rbp, -16\n"
        "    movq %rsp, %rbp\n"
        "    .cfi_def_cfa_register %rbp\n"
        "    movq %rsp, (%rcx)\n"
        "    movq %rdx, %rsp\n"
        "    movq %rdi, %rax\n"
        "    movq %rsi, %rdi\n"
        "    callq *%rax\n"
        "    movq %rbp, %rsp\n"
        "    popq %rbp\n"
        "    .cfi_def_cfa %rsp, 8\n"
        "    retq\n"
        "    .cfi_endproc\n" SIZE);

#elif defined(__aarch64__)

__asm__(".text\n"
        ".p2align 2\n"
        ".globl " NAME "\n" HIDE NAME ":\n"
        "    .cfi_startproc\n"
        "    stp x29, x30, [sp, #-16]!\n"
        "    .cfi_def_cfa_offset 16\n"
        "    .cfi_offset x29, -16\n"
        "    .cfi_offset x30, -8\n"
        "    mov x29, sp\n"
        "    .cfi_def_cfa_register x29\n"
        "    str x29, [x3]\n"
        "    mov x9, x0\n"
        "    mov x0, x1\n"
        "    mov sp, x2\n"
        "    blr x9\n"
        "    mov sp, x29\n"
        "    ldp x29, x30, [sp], #16\n"
        "    .cfi_def_cfa sp, 0\n"
        "    ret\n"
        "    .cfi_endproc\n" SIZE);

#elif defined(__riscv) && __riscv_xlen == 64

__asm__(".text\n"
        ".p2align 2\n"
        ".globl " NAME "\n" HIDE NAME ":\n"
        "    .cfi_startproc\n"
        "    addi sp, sp, -16\n"
        "    .cfi_def_cfa_offset 16\n"
        "    sd ra, 8(sp)\n"
        "    sd s0, 0(sp)\n"
        "    .cfi_offset ra, -8\n"
        "    .cfi_offset s0, -16\n"
        "    addi s0, sp, 16\n"
        "    .cfi_def_cfa s0, 0\n"
        "    sd sp, 0(a3)\n"
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
        "    .cfi_endproc\n" SIZE);

#else
#error "this processor has no stack switch: add one to runtime/src/platform/posix/switch.c"
#endif
