/* The error number that programs ask for after an operation that failed. */
#include "context/last_error.h"

static int last_error;

int64_t bk_set_error(int error)
{
    last_error = error;
    return error;
}

int bk_last_error(void)
{
    return last_error;
}
