/* The jump on Windows. That of the C library unwinds the stack by tables, which generated code does not have, and that
 * of the compiler does not return where frames are addressed from their middle. */
#ifndef BESKID_WINDOWS_JUMP_H
#define BESKID_WINDOWS_JUMP_H

#include <stdint.h>

#if defined(__x86_64__)
/* rbx, rbp, rdi, rsi, r12 to r15, the stack pointer and the address after the call, and xmm6 to xmm15. */
typedef uint64_t BkJump[30];
#elif defined(__aarch64__)
/* x19 to x30, the stack pointer, and d8 to d15. */
typedef uint64_t BkJump[21];
#else
#error "this processor has no jump: add one to runtime/src/platform/windows/jump.c"
#endif

/* Zero when called, nonzero when a jump arrives here. */
int bk_jump_here(BkJump jump) __attribute__((returns_twice));
#define bk_jump_here_quickly(jump) bk_jump_here(jump)
_Noreturn void bk_jump_to(BkJump jump);

#endif
