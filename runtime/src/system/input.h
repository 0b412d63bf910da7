/* Reading through the buffer of descriptor 0. */
#ifndef BESKID_INPUT_H
#define BESKID_INPUT_H

#include "common.h"

/* One read of bytes, first of those that were read from the descriptor before and not taken. The number of bytes, or a
 * negated error number. */
int64_t bk_input_take(int descriptor, uint8_t *target, uint64_t size);

#endif
