/* Standard output with its buffer, and writes that are safe in a signal handler. */
#ifndef BESKID_OUTPUT_H
#define BESKID_OUTPUT_H

#include "common.h"

/* Writes all bytes to a descriptor. Returns the number written, or -1 when none could be; errno says why writing
 * stopped. Safe in a signal handler. */
int64_t bk_write_all(int descriptor, const void *bytes, uint64_t length);
/* Writes what the buffer of standard output holds. */
int64_t bk_output_flush(void);
/* Forgets earlier lost output, before a program begins. */
void bk_output_begin(void);
/* Flushes at the end of a program with this exit status, and reports lost output: success then becomes failure. */
int64_t bk_output_finish(int64_t status);
/* Ends the process from a signal handler without losing output. When the signal interrupted a write of standard output,
 * it returns, and the process ends after that write; a second signal ends the process at once. */
void bk_output_interrupt(int status);

#endif
