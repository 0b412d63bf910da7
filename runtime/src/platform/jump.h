/* The jump from a panic to the innermost entry. It restores the signal mask, since a panic may start in a signal
 * handler. `bk_jump_here_quickly` saves none, which is a system call; the handler then unblocks its signal before it
 * jumps. */
#ifndef BESKID_JUMP_H
#define BESKID_JUMP_H

#if defined(_WIN32)
#include "platform/windows/jump.h"
#elif defined(__wasm__)
#include "platform/wasi/jump.h"
#else
#include <setjmp.h>

typedef sigjmp_buf BkJump;

/* Zero when called, nonzero when a jump arrives here. */
#define bk_jump_here(jump) sigsetjmp(jump, 1)
#define bk_jump_here_quickly(jump) sigsetjmp(jump, 0)
#define bk_jump_to(jump) siglongjmp(jump, 1)
#endif

/* Whether a panic can reach an entry; otherwise each one ends the process. */
#if !defined(BK_HAS_JUMP)
#define BK_HAS_JUMP 1
#endif

/* Makes room on a full stack for a panic that will not return. */
#if !defined(bk_jump_off_stack)
#define bk_jump_off_stack() ((void)0)
#endif

#endif
