/* Runs a function on another stack; used by the entry only.
 * Sanitizers keep books about the thread's own stack, so under them, and on other processors, the stack stays. */
#ifndef BESKID_STACK_SWITCH_H
#define BESKID_STACK_SWITCH_H

#if defined(__SANITIZE_ADDRESS__)
#define BK_HAS_STACK_SWITCH 0
#elif defined(__x86_64__) || defined(__aarch64__)
#define BK_HAS_STACK_SWITCH 1
#else
#define BK_HAS_STACK_SWITCH 0
#endif

/* Calls function(argument) with the stack pointer at `stack`, 16-byte aligned. A jump out of it is allowed. */
void bk_call_on_stack(void (*function)(void *), void *argument, void *stack);

#endif
