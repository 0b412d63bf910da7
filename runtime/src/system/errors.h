/* The error number of the last operation on files or the environment. */
#ifndef BESKID_ERRORS_H
#define BESKID_ERRORS_H

#include "common.h"

/* Stores the error number and returns it. */
int64_t bk_set_error(int error);

#endif
