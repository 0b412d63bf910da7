/* The jump from a panic to the innermost entry. It restores the signal mask: a panic may start in a signal handler. */
#ifndef BESKID_JUMP_H
#define BESKID_JUMP_H

#if defined(_WIN32)
#include "platform/windows/jump.h"
#else
#include <setjmp.h>

typedef sigjmp_buf BkJump;

/* Zero when called, nonzero when a jump arrives here. */
#define bk_jump_here(jump) sigsetjmp(jump, 1)
#define bk_jump_to(jump) siglongjmp(jump, 1)
#endif

#endif
