/* Runs a function on another stack; used by the entry only. On other processors the thread's own stack stays.
 * AddressSanitizer keeps books about the stack in use, so it is told of every change. */
#ifndef BESKID_STACK_SWITCH_H
#define BESKID_STACK_SWITCH_H

#include <stddef.h>

#if defined(__x86_64__) || defined(__aarch64__)
#define BK_HAS_STACK_SWITCH 1
#else
#define BK_HAS_STACK_SWITCH 0
#endif

/* Calls function(argument) with the stack pointer at `stack`, 16-byte aligned. A jump out of it is allowed. */
void bk_call_on_stack(void (*function)(void *), void *argument, void *stack);

/* `bk_stack_leave` stands right before a change to the stack [low, low + size), `bk_stack_arrive` right after one and
 * gives the bounds of the former stack. */
#if defined(__SANITIZE_ADDRESS__) && BK_HAS_STACK_SWITCH
#include <sanitizer/common_interface_defs.h>
#define bk_stack_leave(low, size) __sanitizer_start_switch_fiber(NULL, (low), (size))
#define bk_stack_arrive(low, size) __sanitizer_finish_switch_fiber(NULL, (low), (size))
#else
#define bk_stack_leave(low, size) ((void)(low), (void)(size))
#define bk_stack_arrive(low, size) ((void)(low), (void)(size))
#endif

#endif
