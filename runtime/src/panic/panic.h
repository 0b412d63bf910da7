/* Panics: how runtime functions end a program or return to its host. */
#ifndef BESKID_PANIC_H
#define BESKID_PANIC_H

#include "common.h"

_Noreturn void bk_panic(const char *message);
_Noreturn void bk_panic_bytes(const uint8_t *message, uint64_t length);
/* For a fault in generated code, on the alternate stack of signals; the trace starts at `top`. */
_Noreturn void bk_panic_from_fault(const char *message, void **top);
/* For a fault anywhere else: ends the process, without allocating or locking; the trace starts at `top`. */
_Noreturn void bk_panic_fatal_at(const char *message, void **top);
/* The same without a trace, for exhausted memory where nothing may be allocated. */
_Noreturn void bk_panic_fatal(const char *message);
/* Ends the innermost entry when it has ENTER_HOST: the program exits, its host does not. Returns otherwise. */
void bk_exit_to_host(int64_t status);
/* At the end of an outermost entry: panics when its output was lost, unless the process belongs to the program. */
void bk_panic_if_output_lost(void);
/* Forgets the last panic before a new outermost entry. */
void bk_panic_reset(void);

#endif
