/* The error number that programs ask for after an operation that failed: that of Linux on every system. */
#include "context/last_error.h"

#include <errno.h>

#if ENOTEMPTY != 39 || EILSEQ != 84

/* The numbers that differ between systems. Most below 35 are the same everywhere. */
static const struct {
    int own;
    int shown;
} numbers[] = {
    {EAGAIN, 11}, {EDEADLK, 35},   {ENAMETOOLONG, 36}, {ENOLCK, 37},
    {ENOSYS, 38}, {ENOTEMPTY, 39}, {ELOOP, 40},        {EILSEQ, 84},
};
#define COUNT (sizeof numbers / sizeof numbers[0])

static int shown_number(int own)
{
    for (unsigned index = 0; index < COUNT; index++) {
        if (numbers[index].own == own) {
            return numbers[index].shown;
        }
    }
    return own;
}

int bk_own_error(int64_t shown)
{
    for (unsigned index = 0; index < COUNT; index++) {
        if (numbers[index].shown == shown) {
            return numbers[index].own;
        }
    }
    return (int)shown;
}

#else

static int shown_number(int own)
{
    return own;
}

int bk_own_error(int64_t shown)
{
    return (int)shown;
}

#endif

static int last_error;

int64_t bk_set_error(int error)
{
    last_error = shown_number(error);
    return last_error;
}

int bk_last_error(void)
{
    return last_error;
}
