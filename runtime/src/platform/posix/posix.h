/* What the files of POSIX platforms share, and what each system adds to them. */
#ifndef BESKID_POSIX_H
#define BESKID_POSIX_H

#include "platform/platform.h"

#include <signal.h>

/* Whether an address lies in the guard of the stack that generated code runs on. */
bool bk_posix_is_stack_guard(const uint8_t *address);
/* Calls function(argument) with the stack pointer at `stack`, which is 16-byte aligned. The stack that is left is free
 * below `*left` until the call returns. */
void bk_posix_call_on_stack(void (*function)(void *), void *argument, void *stack, void **left);

/* The longest time limit of one `poll`, in milliseconds. */
#define BK_POSIX_MAX_POLL 1000000

/* ---- process.c ---- */

/* bk_os_key_mode_end once a program has asked for keys, so that keys.c is linked into such programs only. */
extern void (*bk_posix_end_key_mode)(void);
/* Calls it. What ends the process or the program comes here, also from signal handlers. */
void bk_posix_leave_terminal(void);

/* ---- machine.c of each system ---- */

/* The instruction that was interrupted, from the third argument of a signal handler. */
const void *bk_posix_program_counter(const void *context);
/* Whether a process sent the signal, and no instruction raised it. */
bool bk_posix_was_sent(const siginfo_t *info);
/* The lowest address of the calling thread's stack; null when it is not known. */
const uint8_t *bk_posix_thread_stack(void);

#endif
