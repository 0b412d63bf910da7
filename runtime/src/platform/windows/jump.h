/* The jump on Windows. That of the C library unwinds the stack by tables, which generated code does not have. */
#ifndef BESKID_WINDOWS_JUMP_H
#define BESKID_WINDOWS_JUMP_H

#include <stdint.h>

#if defined(__x86_64__)

/* The compiler saves the registers itself. */
typedef void *BkJump[5];

#define bk_jump_here(jump) __builtin_setjmp(jump)
#define bk_jump_here_quickly(jump) bk_jump_here(jump)
#define bk_jump_to(jump) __builtin_longjmp(jump, 1)

#elif defined(__aarch64__)

/* x19 to x30, the stack pointer, and d8 to d15. */
typedef uint64_t BkJump[21];

int bk_jump_here(BkJump jump) __attribute__((returns_twice));
_Noreturn void bk_jump_to(const BkJump jump);

#else
#error "this processor has no jump: add one to runtime/src/platform/windows"
#endif

#endif
