/* Standard output with its buffer, and writes that are safe in a signal handler. */
#ifndef BESKID_OUTPUT_H
#define BESKID_OUTPUT_H

#include "common.h"

/* Writes all bytes to a descriptor. Returns the number written, or -1 when none could be; errno says why writing
 * stopped. Safe in a signal handler. */
int64_t bk_write_all(int descriptor, const void *bytes, uint64_t length);
/* Begins the message about lost output; the system's reason follows. */
#define BK_OUTPUT_LOST "cannot write to standard output: "

/* Writes what the buffer of standard output holds, and before it what foreign code left in the buffer of C's `stdout`.
 * Ends a process that belongs to the program when the reader is gone. Returns 0, or -1 with the error set. */
int64_t bk_output_flush(void);
/* The same for the runtime's own buffer alone; it always returns. Safe in a signal handler unless a host takes the
 * output. */
int64_t bk_output_flush_own(void);
/* Whether a host takes the output (beskid_set_output). */
bool bk_output_has_taker(void);
/* Flushes C's `stdout`. */
void bk_output_flush_foreign(void);
/* Forgets earlier lost output, before a program begins. */
void bk_output_begin(bool process_is_owned);
/* Why bytes of standard output were lost since then; 0 when none were. */
int bk_output_lost(void);
bool bk_output_owns_process(void);
/* Flushes at the end of a program with this exit status, and reports lost output: success then becomes failure. */
int64_t bk_output_finish(int64_t status);
/* Appends to the buffer of standard output. Returns `length`, or -1 with the error set. */
int64_t bk_output_put(const uint8_t *bytes, uint64_t length);
/* Writes to a descriptor after what waits for standard output. Returns the number written or -1; errno says why. */
int64_t bk_output_write_unbuffered(int64_t descriptor, const uint8_t *bytes, uint64_t length);
/* Lets bk_output_flush_files call a function that writes what waits for open files, reports lost bytes, and then
 * returns another number than 0. */
void bk_output_flush_files_with(int (*function)(void));
/* Writes what waits for open files, when a program ends or returns to its host. After lost bytes bk_output_finish turns
 * success into failure. */
void bk_output_flush_files(void);
/* Ends the process from a signal handler without losing output. When the signal interrupted a write of standard output,
 * it returns, and the process ends after that write; a second signal ends the process at once. */
void bk_output_interrupt(int status);

#endif
