/* The error number of the last operation that can fail: on files, the environment or the standard streams. */
#ifndef BESKID_LAST_ERROR_H
#define BESKID_LAST_ERROR_H

#include "common.h"

/* Stores the error number and returns it. */
int64_t bk_set_error(int error);
int bk_last_error(void);

#endif
