/* Reading through the buffer of descriptor 0. */
#ifndef BESKID_INPUT_H
#define BESKID_INPUT_H

#include "common.h"

/* One read of bytes, first of those that were read from the descriptor before and not taken. The number of bytes, or a
 * negated error number. */
int64_t bk_input_take(int descriptor, uint8_t *target, uint64_t size);

/* Calls `function`, which may panic, again and again while a read waits for descriptor 0; NULL for no calls. */
void bk_input_wait_with(void (*function)(void));

#endif
