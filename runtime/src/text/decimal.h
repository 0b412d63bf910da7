/* Numbers as decimal text. The functions write without a terminating zero and return the length; the target has room
 * for 32 bytes. */
#ifndef BESKID_DECIMAL_H
#define BESKID_DECIMAL_H

#include "common.h"

unsigned bk_format_u64(uint64_t value, char *target);
unsigned bk_format_i64(int64_t value, char *target);
unsigned bk_format_f64(double value, char *target);
unsigned bk_format_f32(float value, char *target);

#endif
