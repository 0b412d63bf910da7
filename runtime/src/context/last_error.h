/* The error number of the last operation that can fail: on files, the environment or the standard streams. */
#ifndef BESKID_LAST_ERROR_H
#define BESKID_LAST_ERROR_H

#include "common.h"

/* Stores an error number of errno.h and returns the number by which programs know it. */
int64_t bk_set_error(int error);
/* The stored number, as programs know it. */
int bk_last_error(void);
/* The number of errno.h for one that programs know. */
int bk_own_error(int64_t shown);

#endif
