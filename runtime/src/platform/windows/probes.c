/* The function that large frames call to touch each of their pages in order, so that an overflow meets the guard page.
 * zig's is in an object with all others that compilers may call, of which a program would get 47 KiB. */
#include "platform/platform.h"

#if defined(__x86_64__)

/* The size of the frame is in rax; all registers keep their values. */
__asm__(".text\n"
        ".globl ___chkstk_ms\n"
        "___chkstk_ms:\n"
        "    pushq %rcx\n"
        "    pushq %rax\n"
        "    cmpq $4096, %rax\n"
        "    leaq 24(%rsp), %rcx\n"
        "    jb 2f\n"
        "1:  subq $4096, %rcx\n"
        "    testq %rcx, (%rcx)\n"
        "    subq $4096, %rax\n"
        "    cmpq $4096, %rax\n"
        "    ja 1b\n"
        "2:  subq %rax, %rcx\n"
        "    testq %rcx, (%rcx)\n"
        "    popq %rax\n"
        "    popq %rcx\n"
        "    retq\n");

#elif defined(__aarch64__)

/* The size of the frame in units of 16 bytes is in x15, which keeps its value; x16 and x17 may change. */
__asm__(".text\n"
        ".globl __chkstk\n"
        "__chkstk:\n"
        "    lsl x16, x15, #4\n"
        "    mov x17, sp\n"
        "1:  sub x17, x17, #4096\n"
        "    subs x16, x16, #4096\n"
        "    ldr xzr, [x17]\n"
        "    b.gt 1b\n"
        "    ret\n");

#else
#error "this processor has no stack probes: add them to runtime/src/platform/windows/probes.c"
#endif
